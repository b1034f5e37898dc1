/**
 * ◆ What a monitoring system reads (Prometheus text format): the hub in numbers, how long requests take, and the process.
 * Nothing in it is about a person, and labels take few values.
 */
import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Numbers of this moment, by name without the prefix; each is asked when somebody reads. */
export type Gauges = Record<string, { help: string; read(): number }>

export type Metrics = {
  /** Counts requests by method, route and status. */
  counting: MiddlewareHandler
  contentType: string
  text(): Promise<string>
}

const PREFIX = 'tongyi_'
/** Seconds: a page is quick, an export takes long. */
const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

/** Of the process, which several hubs of one process (tests, a restart inside it) share. */
let ofProcess: Registry | null = null

export function openMetrics(gauges: Gauges): Metrics {
  const register = new Registry()
  for (const [name, { help, read }] of Object.entries(gauges)) {
    new Gauge({ name: `${PREFIX}${name}`, help, registers: [register], collect() {
      this.set(read())
    } })
  }
  const requests = new Histogram({
    name: `${PREFIX}http_request_seconds`, help: 'Seconds until an answer began', labelNames: ['method', 'route', 'status'], buckets: BUCKETS,
    registers: [register],
  })
  return {
    async counting(c, next) {
      const began = performance.now()
      await next()
      // Methods that nobody has here would be labels that strangers make up.
      const method = ['GET', 'HEAD', 'POST', 'DELETE'].includes(c.req.method) ? c.req.method : 'other'
      requests.observe({ method, route: routePath(c), status: c.res.status }, (performance.now() - began) / 1_000)
    },
    contentType: register.contentType,
    async text() {
      ofProcess ??= registerOfProcess()
      return `${await register.metrics()}\n${await ofProcess.metrics()}`
    },
  }
}

/** Made when it is first asked for: it watches the event loop from then on. */
function registerOfProcess(): Registry {
  const register = new Registry()
  collectDefaultMetrics({ register })
  return register
}
