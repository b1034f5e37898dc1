"""Tiles and policies, as ledger/README.md has them from C2SP."""
import re
from formats import Refused, decimal, demand, note_key

# ---- Tiles ----

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

# ---- Policies ----

def policy_of(data):
    """Logs, witnesses by name, and the question whether these witnesses are enough."""
    logs, witnesses, groups, taken, quorum = [], {}, {}, set(), None
    lines = data.decode('latin-1').split('\n')
    for number, line in enumerate(lines[:-1] if lines[-1] == '' else lines, 1):
        def rule(holds): demand(holds, number)
        rule(number < len(lines) and len(data) <= 1 << 20 and not re.search('[\0-\x08\x0b-\x1f\x7f]', line))
        word, *rest = re.split('[\t ]+', line.strip('\t '))
        if word == '' or word[0] == '#': continue
        rule(len(rest) in {'log': (1, 2), 'witness': (2, 3), 'quorum': (1,), 'group': range(3, len(line))}.get(word, ()))
        if word in ('witness', 'group'): rule(rest[0] not in {'none', *witnesses, *groups})
        if word in ('log', 'witness'):
            try:
                key = note_key(rest[word == 'witness'].encode('latin-1').decode())
            except (Refused, UnicodeDecodeError):
                rule(False)
            rule(key[1] == (1 if word == 'log' else 4) and key[2] not in [k[2] for k in (logs if word == 'log' else witnesses.values())])
            if word == 'log': logs.append(key)
            else: witnesses[rest[0]] = key
        elif word == 'group':
            name, k, *members = rest
            rule({*members} <= {*witnesses, *groups} and len({*members}) == len(members) and not taken & {*members})
            k = {'any': '1', 'all': str(len(members))}.get(k, k)
            rule(decimal(k, len(members) + 1) and k != '0')
            groups[name], taken = (int(k), members), taken | {*members}
        else:
            rule(quorum is None and rest[0] in {'none', *witnesses, *groups})
            quorum = rest[0]
    demand(quorum is not None, len(lines))
    def counts(name, seen): return name in seen if name not in groups else sum(counts(m, seen) for m in groups[name][1]) >= groups[name][0]
    return logs, witnesses, lambda seen: quorum == 'none' or counts(quorum, seen)
