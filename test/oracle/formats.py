"""The forms of ledger/README.md: bytes, signatures, trees, notes, seals, tiles, proofs, policies.
Headings name its sections; descriptions of shapes are quoted from it."""
import base64, functools, hashlib, re

class Refused(Exception):
    """What is asked for is not so. The argument is the refusal's name; of a policy it is the line."""

def demand(holds, code):
    if not holds: raise Refused(code)

def sha(*parts): return hashlib.sha256(b''.join(parts)).digest()
def ascending(items): return all(a < b for a, b in zip(items, items[1:]))
def distinct(items): return len(set(items)) == len(items)

# ---- Encoding ----

def encode(v):
    def head(major, n):
        size = 0 if n < 24 else 1 if n < 1 << 8 else 2 if n < 1 << 16 else 4 if n < 1 << 32 else 8
        return bytes([major << 5 | (size.bit_length() + 23 if size else n)]) + (n.to_bytes(size, 'big') if size else b'')
    if v is None or isinstance(v, bool): return {False: b'\xf4', True: b'\xf5', None: b'\xf6'}[v]
    if isinstance(v, int): return head(0, v) if v >= 0 else head(1, -1 - v)
    if isinstance(v, bytes): return head(2, len(v)) + v
    if isinstance(v, str): return head(3, len(v.encode())) + v.encode()
    if isinstance(v, (list, tuple)): return head(4, len(v)) + b''.join(map(encode, v))
    return head(5, len(v)) + b''.join(k + encode(x) for k, x in sorted((encode(k), x) for k, x in v.items()))

def item(data, at, depth=0):
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
    demand(info < 28 and (major < 7 or 20 <= info <= 22) and (major not in (4, 5) or depth < 8), 'malformed')
    n = info if info < 24 else int.from_bytes(take(1 << info - 24), 'big')
    try:
        value = (n if major == 0 else -1 - n if major == 1 else take(n) if major == 2 else take(n).decode() if major == 3
                 else [inner() for _ in range(n)] if major == 4 else {inner(): inner() for _ in range(n)} if major == 5
                 else {20: False, 21: True, 22: None}.get(info))
    except (UnicodeDecodeError, TypeError): raise Refused('malformed')
    demand(major != 6 and value != -1 << 64, 'malformed')
    demand(major != 5 or all(isinstance(k, str) for k in value), 'malformed')
    demand(encode(value) == data[at:end], 'malformed')
    return value, end

NAMED = {'id16': 'bytes 16', 'id32': 'bytes 32', 'origin': 'text ≤ 64', 'category': '1/2/3',
         'vote': '[voter uint, signature bytes 64]', 'hub-signature': '[hub uint, signature bytes 64]',
         'order-evidence': '[origin origin, slot uint, order bytes 32, signature bytes 64, epoch uint or null, votes ≤ 128 × vote]',
         'steward-approval': '[steward id32, keyId bytes 8, signature bytes 64]', 'foreign': '[record bytes ≤ 57344, proof bytes ≤ 8192]'}

@functools.cache
def shape(words):
    """Whether a value is of the shape that these words of the README describe."""
    words = NAMED.get(words, words)
    def whole(below): return lambda v: isinstance(v, int) and not isinstance(v, bool) and 0 <= v < below
    if words == 'uint': return whole(1 << 53)
    if words == 'big': return whole(1 << 64)
    if words == 'flag': return lambda v: isinstance(v, bool)
    if words == 'integer': return lambda v: isinstance(v, bytes) and v == integer(int.from_bytes(v, 'big', signed=True))
    if words in ('bytes', 'text'): return lambda v: isinstance(v, bytes if words == 'bytes' else str)
    if words.endswith(' or null'): return lambda v: v is None or shape(words[:-8])(v)
    if words[-1] == '?': return shape(words[:-1] + ' or null')
    if words.startswith('list of '): return lambda v: isinstance(v, list) and all(map(shape(words[8:]), v))
    if words[0] == '[':
        fields = [shape(f.split(' ', 1)[-1]) for f in split(words[1:-1])]
        return lambda v: isinstance(v, list) and len(v) == len(fields) and all(f(x) for f, x in zip(fields, v))
    if m := re.fullmatch(r'≤ (\d+) × (.*)', words):
        return lambda v: isinstance(v, list) and len(v) <= int(m[1]) and all(map(shape(m[2]), v))
    if m := re.fullmatch(r'bytes( ≤)? (\d+)', words):
        return lambda v: isinstance(v, bytes) and (len(v) <= int(m[2]) if m[1] else len(v) == int(m[2]))
    if m := re.fullmatch(r'text ≤ (\d+)', words): return lambda v: isinstance(v, str) and len(v.encode()) <= int(m[1])
    return lambda v: type(v) in (int, str) and str(v) in words.split('/') and isinstance(v, int) == words[0].isdigit()

def split(fields): return re.findall(r'(?:[^,\[\]]|\[(?:[^\[\]]|\[[^\]]*\])*\])+', fields.replace(', ', ','))

def read(words, data, code='malformed'):
    try: value, end = item(data, 0)
    except Refused: raise Refused(code)
    demand(end == len(data) and shape(words)(value), code)
    return value

def integer(n): return n.to_bytes((n + (n < 0)).bit_length() // 8 + 1, 'big', signed=True)

def base64_of(text, code='malformed'):
    try: data = base64.b64decode(text, validate=True)
    except ValueError: raise Refused(code)
    demand(base64.b64encode(data).decode() == text, code)
    return data

# ---- Signatures: points are (X, Y, Z, T), extended coordinates ----

P, L = 2 ** 255 - 19, 2 ** 252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
IDENTITY = (0, 1, 1, 0)

def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * D * p[3] % P * q[3], 2 * p[2] * q[2]
    e, f, g, h = (b - a) % P, (d - c) % P, (d + c) % P, (b + a) % P
    return e * f % P, g * h % P, f * g % P, e * h % P

def multiples(point):
    """Of each 16^i times the point its multiples by 0 to 15: a product is then 64 additions."""
    rows = []
    for _ in range(64):
        row = [IDENTITY]
        while len(row) < 16: row.append(add(row[-1], point))
        rows.append(row)
        point = add(row[15], point)
    return rows

def times(n, rows): return functools.reduce(add, (rows[i][n >> 4 * i & 15] for i in range(64)))

@functools.cache
def key_rows(key):
    """The multiples of a key that satisfies steps 1 to 3, else None."""
    n = int.from_bytes(key, 'little')
    y, sign = n & (1 << 255) - 1, n >> 255
    if len(key) != 32 or y >= P: return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x + u) % P == 0: x = x * ROOT % P
    if (v * x * x - u) % P or (x == 0 and (sign or y == 1)): return None
    x = x if x & 1 == sign else P - x
    rows = multiples((x, y, 1, x * y % P))
    q = times(L, rows)
    return rows if q[0] == 0 and q[1] == q[2] else None

BASE = key_rows((4 * pow(5, -1, P) % P).to_bytes(32, 'little'))

@functools.cache
def signed(key, message, signature):
    rows = key_rows(key)
    r, s = signature[:32], int.from_bytes(signature[32:], 'little')
    if len(signature) != 64 or rows is None or s >= L or r == bytes([1]) + bytes(31): return False
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), 'little')
    q = add(times(s, BASE), times(-k % L, rows))
    z = pow(q[2], -1, P)
    return (q[1] * z % P | (q[0] * z % P & 1) << 255).to_bytes(32, 'little') == r

def signed_in(key, context, scope, payload, signature):
    return signed(key, b'cv/' + context.encode() + b'\0' + scope + payload, signature)

def key_id(key): return sha(key)[:8]

# ---- Tree, checkpoint, cosignatures ----

def leaf_of(record): return sha(b'\0', record)
def node(left, right): return sha(b'\1', left, right)

def root_of(leaves):
    if len(leaves) < 2: return leaves[0] if leaves else sha()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root_of(leaves[:k]), root_of(leaves[k:]))

def leads(leaf, index, size, path, root):
    """RFC 9162, 2.1.3.2."""
    fn, sn, r = index, size - 1, leaf
    if not 0 <= index < size or len(leaf) != 32: return False
    for p in path:
        if sn == 0 or len(p) != 32: return False
        if fn & 1 or fn == sn:
            r = node(p, r)
            while fn and not fn & 1: fn, sn = fn >> 1, sn >> 1
        else: r = node(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root

def grew(size1, root1, size2, root2, proof):
    """RFC 9162, 2.1.4.2."""
    if size1 == size2 or size1 == 0: return not proof and root1 == (root2 if size1 == size2 else sha())
    if size1 > size2 or not proof: return False
    if size1 & size1 - 1 == 0: proof = [root1, *proof]
    fn, sn, fr, sr = size1 - 1, size2 - 1, proof[0], proof[0]
    while fn & 1: fn, sn = fn >> 1, sn >> 1
    for c in proof[1:]:
        if sn == 0: return False
        if fn & 1 or fn == sn:
            fr, sr = node(c, fr), node(c, sr)
            while fn and not fn & 1: fn, sn = fn >> 1, sn >> 1
        else: sr = node(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and (fr, sr) == (root1, root2)

def is_name(name): return name and '+' not in name and not any(c.isspace() for c in name)

def note_id(name, kind, key): return sha(name.encode(), b'\n', bytes([kind]), key)[:4]
def vkey(name, kind, key): return f'{name}+{note_id(name, kind, key).hex()}+{base64.b64encode(bytes([kind]) + key).decode()}'

def note_key(line):
    """The (name, type, key) of a vkey."""
    name, _, rest = line.partition('+')
    data = base64_of(rest.partition('+')[2], 'bad-key')
    demand(is_name(name) and len(data) == 33 and data[0] in (1, 4) and line == vkey(name, data[0], data[1:]), 'bad-key')
    return name, data[0], data[1:]

def open_note(note, keys):
    """Its text, and for each of these keys that signed it the time of a cosignature, else 0."""
    no = 'not-signed'
    demand(not re.search(r'[\0-\x09\x0b-\x1f]', note) and len(note.encode('utf-16-le')) <= 2_000_000, no)
    border = note.rfind('\n\n') + 1
    text, lines = note[:border], note[border + 1:].split('\n')
    demand(border and lines.pop() == '' and 1 <= len(lines) <= 100, no)
    by = {}
    for line in lines:
        words = line.split(' ')
        demand(len(words) == 3 and words[0] == '—' and is_name(words[1]), no)
        data = base64_of(words[2], no)
        demand(len(data) > 4, no)
        for key in keys:
            if (words[1], data[:4]) != (key[0], note_id(*key)): continue
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
    root = base64_of(root, code)
    demand(len(root) == 32, code)
    return origin, int(size), root, more

def decimal(text, below=1 << 64): return re.fullmatch('0|[1-9][0-9]*', text) and int(text) < below

def hub_checkpoint(note, origin, log_key, others=()):
    """Size, root and who signed, of a note that the log key signed."""
    key = (origin, 1, log_key)
    text, by = open_note(note, [key, *others])
    where, size, root, more = checkpoint_of(text)
    demand(key in by and where == origin and not more, 'not-signed')
    return size, root, by

# ---- Seal and receipt ----

def seal_of(value, log_key, hub_id):
    """[1, origin, first, last, root, generation]"""
    demand(shape('[sealed bytes ≤ 256, signature bytes 64]')(value), 'bad-seal')
    sealed = read('[1 1, origin text ≤ 64, first uint, last uint, root bytes 32, generation uint]', value[0], 'bad-seal')
    demand(sealed[2] <= sealed[3] and signed_in(log_key, 'seal', hub_id, *value), 'bad-seal')
    return sealed

def receipt_of(data, leaf, log_key, hub_id):
    """The seal and the seq of a receipt that holds for this leaf."""
    receipt = read('[Seal bytes ≤ 512, seq uint, path ≤ 64 × bytes 32]', data)
    _, origin, first, last, root, generation = sealed = seal_of(item(receipt[0], 0)[0], log_key, hub_id)
    demand(encode(item(receipt[0], 0)[0]) == receipt[0], 'malformed')
    demand(leads(leaf, receipt[1] - first, last - first + 1, receipt[2], root), 'not-in-the-tree')
    return sealed, receipt[1]

# ---- Tiles, proofs to keep, policies ----

def tile_path(path):
    """Level, index and width."""
    m = re.fullmatch(r'tile/([0-9]+|entries)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([0-9]+))?', path)
    demand(m and (m[1] == 'entries' or decimal(m[1], 64)) and (not m[3] or decimal(m[3], 256) and m[3] != '0'), 'no-tile')
    index = int(m[2].replace('x', '').replace('/', ''))
    demand(index < 1 << 53 and not m[2].startswith('x000'), 'no-tile')
    return m[1] if m[1] == 'entries' else int(m[1]), index, int(m[3] or 256)

def tile_items(data, width, entries):
    """The records of a bundle, or the hashes of a tile."""
    items, at = [], 0
    for _ in range(width):
        size = int.from_bytes(data[at:at + 2], 'big') if entries else 32
        at += size + 2 * entries
        demand(at <= len(data), 'no-tile')
        items.append(data[at - size:at])
    demand(at == len(data), 'no-tile')
    return items

def proof_of(text, keys, record=None, leaf=None):
    """Checkpoint's origin and size, index, record, and who signed, of a tlog-proof of this record (or leaf) that holds."""
    m = re.fullmatch(r'c2sp\.org/tlog-proof@v1\n(?:extra ([^\n]*)\n)?index ([^\n]*)\n((?:[^\n]+\n){0,64})\n(.+)', text, re.S)
    demand(m and decimal(m[2]), 'not-a-proof')
    index, path = int(m[2]), [base64_of(line, 'not-a-proof') for line in m[3].split('\n')[:-1]]
    demand(all(len(h) == 32 for h in path), 'not-a-proof')
    extra = m[1] if m[1] is None else base64_of(m[1], 'not-a-proof')
    record = extra if record is None else record
    demand(leaf or record is not None, 'no-record')
    note, by = open_note(m[4], keys)
    origin, size, root, _ = checkpoint_of(note)
    demand(any(key[1] == 1 and key[0] == origin for key in by), 'not-signed')
    demand(leads(leaf or leaf_of(record), index, size, path, root), 'not-in-the-tree')
    return origin, size, index, record, by

def policy_of(data):
    """Logs, witnesses by name, and the question whether these witnesses are enough."""
    logs, witnesses, groups, taken, quorum = [], {}, {}, set(), None
    lines = data.decode('latin-1').split('\n')
    for number, line in enumerate(lines, 1):
        def rule(holds): demand(holds, number)
        if number == len(lines) and line == '': break
        rule(number < len(lines) and len(data) <= 1 << 20 and not re.search('[\0-\x08\x0b-\x1f\x7f]', line))
        if not (words := re.split('[\t ]+', line.strip('\t '))) or words[0] == '' or words[0][0] == '#': continue
        word, *rest = words
        rule((word, len(rest)) in (('log', 1), ('log', 2), ('witness', 2), ('witness', 3), ('quorum', 1)) or
             word == 'group' and len(rest) > 2)
        if word in ('witness', 'group'): rule(rest[0] != 'none' and rest[0] not in {*witnesses, *groups})
        if word in ('log', 'witness'):
            try: key = note_key(rest[word == 'witness'].encode('latin-1').decode())
            except (Refused, UnicodeDecodeError): rule(False)
            rule(key[1] == (1 if word == 'log' else 4))
            rule(key[2] not in [k[2] for k in (logs if word == 'log' else witnesses.values())])
            if word == 'log': logs.append(key)
            else: witnesses[rest[0]] = key
        elif word == 'group':
            name, k, *members = rest
            rule(all(m in witnesses or m in groups for m in members))
            rule(len(set(members)) == len(members) and not taken & set(members))
            k = {'any': '1', 'all': str(len(members))}.get(k, k)
            rule(decimal(k, len(members) + 1) and k != '0')
            groups[name] = int(k), members
            taken |= set(members)
        else:
            rule(quorum is None and (rest[0] == 'none' or rest[0] in witnesses or rest[0] in groups))
            quorum = rest[0]
    demand(quorum is not None, len(lines))
    def counts(name, seen):
        return name in seen if name not in groups else sum(counts(m, seen) for m in groups[name][1]) >= groups[name][0]
    return logs, witnesses, lambda seen: quorum == 'none' or counts(quorum, seen)
