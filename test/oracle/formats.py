"""The bytes of ledger/README.md: shapes, signatures, trees, notes, checkpoints. Its shapes are read as they stand there."""
import base64, functools, hashlib, pathlib, re

class Refused(Exception):
    """What is asked for is not so. The argument is the refusal's name; of a policy it is the line."""

def demand(holds, code):
    if not holds: raise Refused(code)

def sha(*parts): return hashlib.sha256(b''.join(parts)).digest()

# ---- Encoding ----

def encode(v):
    def head(major, n):
        size = 0 if n < 24 else 1 if n < 1 << 8 else 2 if n < 1 << 16 else 4 if n < 1 << 32 else 8
        return bytes([major << 5 | (size.bit_length() + 23 if size else n)]) + (n.to_bytes(size, 'big') if size else b'')
    if v is None or isinstance(v, bool): return {False: b'\xf4', True: b'\xf5', None: b'\xf6'}[v]
    if isinstance(v, int): return head(0, v) if v >= 0 else head(1, -1 - v)
    if isinstance(v, bytes): return head(2, len(v)) + v
    if isinstance(v, str): return head(3, len(v.encode())) + v.encode()
    if isinstance(v, list): return head(4, len(v)) + b''.join(map(encode, v))
    return head(5, len(v)) + b''.join(k + encode(x) for k, x in sorted((encode(k), x) for k, x in v.items()))

def item(data, at=0, depth=0):
    """The value that begins at `at`, and where it ends. Any spelling but the one that `encode` makes is refused."""
    def take(n):
        nonlocal end
        demand(end + n <= len(data), 'malformed')
        end += n
        return data[end - n:end]
    def inner():
        nonlocal end
        value, end = item(data, end, depth + 1)
        return value
    end = at
    major, info = divmod(take(1)[0], 32)
    demand(info < 28 and major != 6 and (major < 7 or 20 <= info <= 22) and (major not in (4, 5) or depth < 8), 'malformed')
    n = info if info < 24 else int.from_bytes(take(1 << info - 24), 'big')
    try:
        value = (lambda: n, lambda: -1 - n, lambda: take(n), lambda: take(n).decode(), lambda: [inner() for _ in range(n)],
                  lambda: {inner(): inner() for _ in range(n)}, None, lambda: {20: False, 21: True, 22: None}[info])[major]()
    except (UnicodeDecodeError, TypeError):
        raise Refused('malformed')
    demand(value != -1 << 64 and (major != 5 or all(isinstance(k, str) for k in value)), 'malformed')
    demand(encode(value) == data[at:end], 'malformed')
    return value, end

README = (pathlib.Path(__file__).parents[2] / 'ledger/README.md').read_text('utf8')

def table(title):
    """The rows of the table whose first column has this title, as cells."""
    rows = README.split(f'\n| {title} |', 1)[1].split('\n\n', 1)[0].split('\n')[2:]
    return [[cell.strip().replace('`', '') for cell in row[1:-1].split('|')] for row in rows]

NAMED = {name: words for names, says, *_ in table('notation') for name, words in zip(names.split(', '), says.split(': ')[0].split('; '))}
NAMED.update({m[1]: ' '.join(m[2].split()) for m in re.finditer(r'^ {4}([\w-]+) += (\[(?:[^\[\]]|\[(?:[^\[\]]|\[[^\]]*\])*\])*\])', README, re.M)})
NAMED.update(id16='bytes 16', id32='bytes 32')

def fields_of(words):
    """The (name, words) of each field, as they stand between square brackets."""
    return [field.strip().split(' ', 1) for field in re.findall(r'(?:[^,\[\]]|\[(?:[^\[\]]|\[[^\]]*\])*\])+', words)]

@functools.cache
def shape(words):
    """Whether a value is of the shape that these words describe."""
    def whole(below): return lambda v: isinstance(v, int) and not isinstance(v, bool) and 0 <= v < below
    if m := re.fullmatch(r'(.*?)(?:\?| or null)', words): return lambda v: v is None or shape(m[1])(v)
    if m := re.fullmatch(r'≤ (\d+) × (.*)', words): return lambda v: isinstance(v, list) and len(v) <= int(m[1]) and all(map(shape(m[2]), v))
    if m := re.fullmatch(r'(bytes|text)(?:( ≤)? (\d+))?', words):
        kind, most, exact = (bytes if m[1] == 'bytes' else str), float(m[3] or 'inf'), m[3] and not m[2]
        def size(v): return len(v if kind is bytes else v.encode())
        return lambda v: isinstance(v, kind) and (size(v) == most if exact else size(v) <= most)
    if words[0] == '[':
        fields = [shape(words) for _, words in fields_of(words[1:-1])]
        return lambda v: isinstance(v, list) and len(v) == len(fields) and all(f(x) for f, x in zip(fields, v))
    if words in ('uint', 'big'): return whole(1 << (53 if words == 'uint' else 64))
    if words == 'flag': return lambda v: isinstance(v, bool)
    if words in NAMED: return shape(NAMED[words])
    return lambda v: type(v) in (int, str) and str(v) in words.split('/') and isinstance(v, int) == words[0].isdigit()

def read(words, data, code='malformed'):
    try:
        value, end = item(data)
    except Refused:
        raise Refused(code)
    demand(end == len(data) and shape(words)(value), code)
    return value

def base64_of(text, code='malformed', size=None):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Refused(code)
    demand(base64.b64encode(data).decode() == text and size in (None, len(data)), code)
    return data

# ---- Signatures: points are (X, Y, Z, T), extended coordinates ----

P, L = 2 ** 255 - 19, 2 ** 252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)

def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * D * p[3] % P * q[3], 2 * p[2] * q[2]
    e, f, g, h = (b - a) % P, (d - c) % P, (d + c) % P, (b + a) % P
    return e * f % P, g * h % P, f * g % P, e * h % P

def times(n, point):
    sum = (0, 1, 1, 0)
    for bit in f'{n:b}':
        sum = add(sum, sum)
        if bit == '1': sum = add(sum, point)
    return sum

@functools.cache
def key_point(key):
    """The point of a key that satisfies steps 1 to 3, else None."""
    n = int.from_bytes(key, 'little')
    y, sign = n & (1 << 255) - 1, n >> 255
    if len(key) != 32 or y >= P: return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x + u) % P == 0: x = x * ROOT % P
    if (v * x * x - u) % P or (x == 0 and (sign or y == 1)): return None
    x = x if x & 1 == sign else P - x
    q = times(L, (x, y, 1, x * y % P))
    return (x, y, 1, x * y % P) if q[0] == 0 and q[1] == q[2] else None

BASE = key_point((4 * pow(5, -1, P) % P).to_bytes(32, 'little'))

@functools.cache
def signed(key, message, signature):
    point, r, s = key_point(key), signature[:32], int.from_bytes(signature[32:], 'little')
    if len(signature) != 64 or point is None or s >= L or r == bytes([1]) + bytes(31): return False
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), 'little')
    q = add(times(s, BASE), times(-k % L, point))
    z = pow(q[2], -1, P)
    return (q[1] * z % P | (q[0] * z % P & 1) << 255).to_bytes(32, 'little') == r

def signed_in(key, context, scope, payload, signature):
    return signed(key, b'cv/' + context.encode() + b'\0' + scope + payload, signature)

# ---- Trees ----

def leaf_of(record): return sha(b'\0', record)
def node(left, right): return sha(b'\1', left, right)

def root_of(leaves):
    if len(leaves) < 2: return leaves[0] if leaves else sha()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root_of(leaves[:k]), root_of(leaves[k:]))

# ---- Notes, checkpoints ----

def is_name(name): return name and '+' not in name and not any(c.isspace() for c in name)
def decimal(text, below=1 << 64): return re.fullmatch('0|[1-9][0-9]*', text) and int(text) < below
def note_id(name, kind, key): return sha(name.encode(), b'\n', bytes([kind]), key)[:4]
def vkey(name, kind, key): return f'{name}+{note_id(name, kind, key).hex()}+{base64.b64encode(bytes([kind]) + key).decode()}'

def note_key(line):
    """The (name, type, key) of a vkey."""
    name, _, rest = line.partition('+')
    data = base64_of(rest.partition('+')[2], 'bad-key', 33)
    demand(is_name(name) and data[0] in (1, 4) and line == vkey(name, data[0], data[1:]), 'bad-key')
    return name, data[0], data[1:]

def open_note(note, keys, no='not-signed'):
    """Its text, and for each of these keys that signed it the time of a cosignature, else 0."""
    border, by = note.rfind('\n\n') + 1, {}
    demand(border and not re.search(r'[\0-\x09\x0b-\x1f]', note) and len(note.encode('utf-16-le')) <= 2_000_000, no)
    text, lines = note[:border], note[border + 1:].split('\n')
    demand(lines.pop() == '' and 1 <= len(lines) <= 100, no)
    for line in lines:
        dash, name, data = line.split(' ') if line.count(' ') == 2 else ('', '', '')
        data = base64_of(data, no)
        demand(dash == '—' and is_name(name) and len(data) > 4, no)
        for key in keys:
            if (name, data[:4]) != (key[0], note_id(*key)): continue
            time = int.from_bytes(data[4:12], 'big') if key[1] == 4 else 0
            message = text if key[1] == 1 else f'cosignature/v1\ntime {time}\n{text}'
            demand(time < 1 << 63 and signed(key[2], message.encode(), data[4:] if key[1] == 1 else data[12:]), no)
            by.setdefault(key, time)
    demand(by, no)
    return text, by

def checkpoint_of(text, code='not-signed'):
    """Origin, size, root and further lines."""
    origin, size, root, *more = text[:-1].split('\n') if text.count('\n') > 2 else ['', '', '']
    demand(origin and decimal(size) and all(more), code)
    return origin, int(size), base64_of(root, code, 32), more
