/** One page for each who uses this: member, steward, operator, auditor. Words only; made to be printed too. */
import type { JSX } from 'preact'
import { Button, Page, Part, useTexts } from '../../parts/view.tsx'
import { type GuideName, guideNames, to } from '../../router.ts'

export function GuidePage({ name }: { name: GuideName }): JSX.Element {
  const words = useTexts('guides').guides
  const { title, lead, parts } = words.guides[name]
  const others = guideNames.filter((other) => other !== name)
  return (
    <Page title={title} lead={lead} test="guide">
      {parts.map(({ title: about, commands, lines }) => (
        <Part key={about} title={about} test="guide-part">
          <ul class="plain">
            {lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          {commands !== undefined && (
            <pre>
              <code>{commands.join('\n')}</code>
            </pre>
          )}
        </Part>
      ))}
      <div class="buttons">
        <Button test="print" onPress={() => print()}>
          {words.print}
        </Button>
      </div>
      <Part title={words.others} test="guide-others">
        <ul class="rows">
          {others.map((other) => (
            <li key={other}>
              <a class="row link" href={to.guide(other)} data-test="guide-other">
                <span class="row-main">{words.guides[other].title}</span>
              </a>
            </li>
          ))}
        </ul>
      </Part>
    </Page>
  )
}
