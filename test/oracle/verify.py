#!/usr/bin/env python3
"""A verifier of the record, written from ledger/README.md alone and knowing none of the project's code.

    verify.py export FILE…     are these exports sound? 0 yes, 1 refused (the first offence of each is printed)
    verify.py vectors DIR      does it agree with every vector that is about the record? 0 yes, 1 no

and 2 for what cannot be read.

For an export it needs `formats.py` and `records.py`: encoding, forms, keys and signatures, chain, clock, tree, seals, checkpoints,
cosignatures. The vectors are also about receipts and proofs to keep (`proofs.py`), tiles and policies (`policies.py`) and evidence
(`evidence.py`). The rules of the economy are judged by `reducer/`, which knows as little of the project."""
import sys
from formats import Refused, checkpoint_of, item, open_note, root_of, shape
from records import Log, seal_of

class Offence(Exception):
    """Where an export is wrong, at which entry (or after how many), and the refusal's name."""

def offend(where, seq, code): raise Offence(where, seq, code)

def audit(data):
    """The log that an export holds, and its first offence or None."""
    log = Log()
    try:
        judge_checkpoint(log, read_groups(log, data))
    except Offence as found:
        return log, found.args
    return log, None

def read_groups(log, data):
    """Takes the records and judges their seals. Answers the checkpoint, which is the last item."""
    if not data: offend('header', 0, 'missing')
    try:
        header, at = item(data)
    except Refused:
        header = None
    if not shape('[name cv-export, version 1, origin origin, size uint, hubId bytes 32]')(header): offend('header', 0, 'unreadable')
    _, _, origin, size, hub_id = header
    first = 0                   # of the records that have no seal yet
    while True:
        count = len(log.leaves)
        expected = 'seal' if first < count else 'entry' if count < size else 'checkpoint'
        if at == len(data): offend(expected, count, 'missing')
        is_record = data[at] >> 5 == 2
        if is_record and count == size: offend('header', count, 'more-entries')
        try:
            value, at = item(data, at)
        except Refused:
            value = None
        if is_record:
            if value is None or len(value) > 65535: offend('entry', count, 'unreadable')
            try:
                log.take(value)
            # The chain does not say which of the two was changed; a seal would have vouched for the earlier one.
            except Refused as no:
                offend('entry', count - (no.args[0] == 'broken-chain' and first < count), no.args[0])
            if count == 0 and (origin, hub_id) != (log.origin, log.hub_id): offend('header', 0, 'other-log')
        elif expected == 'seal' and shape('[sealed bytes ≤ 256, signature bytes ≤ 64]')(value):
            judge_seal(log, value, first)
            first = count
        elif expected != 'seal' and isinstance(value, str) and len(value.encode()) <= 65536:
            if count < size: offend('header', count, 'fewer-entries')
            if at < len(data): offend('checkpoint', count, 'left-over')
            return value
        else: offend(expected, count, 'unreadable')

def judge_seal(log, value, first):
    count = len(log.leaves)
    try:
        _, origin, begins, last, root, generation = seal_of(value, log.log_key, log.hub_id)
    except Refused:
        offend('seal', first, 'bad-seal')
    if origin != log.origin: offend('seal', first, 'other-log')
    if (begins, last) != (first, count - 1): offend('seal', first, 'wrong-range')
    if root != root_of(log.leaves[first:]): offend('seal', first, 'wrong-root')
    if generation != len(log.restores) or any(first < size for size in log.restores): offend('seal', first, 'wrong-generation')

def judge_checkpoint(log, note):
    count, key = len(log.leaves), (log.origin, 1, log.log_key)
    try:
        text, _ = open_note(note, [key])
    except Refused:
        offend('checkpoint', count, 'unsigned')
    try:
        origin, size, root, more = checkpoint_of(text)
    except Refused:
        more = True
    if more: offend('checkpoint', count, 'unreadable')
    if origin != log.origin: offend('checkpoint', count, 'other-log')
    if size > count: offend('checkpoint', count, 'beyond-the-log')
    if root != root_of(log.leaves[:size]): offend('checkpoint', count, 'wrong-root')
    cosigners = {(f'{card[2]}/{role}', 4, card[field]) for card in log.cards for role, field in (('cosign', 6), ('audit', 7))}
    try:
        _, by = open_note(note, [key, *cosigners])
    except Refused:
        by = {}
    if len(by) != note[len(text) + 1:].count('\n'): offend('cosignature', count, 'unknown-line')
    for (name, _, _), time in by.items():
        if name.endswith('/audit') and size and time + 300 < log.times[size - 1]: offend('cosignature', count, 'before-the-record')

def judged(path):
    """Prints the verdict on the export in this file, in a line. Answers the exit code."""
    with open(path, 'rb') as file:
        log, offence = audit(file.read())
    if offence: print('refused: {} {}: {}'.format(*offence))
    else: print(f'sound: {log.origin}, {len(log.leaves)} records, root {root_of(log.leaves).hex()}')
    return 1 if offence else 0

def main(command='', *paths):
    if command == 'export' and paths: return max(map(judged, paths))
    if command == 'vectors' and len(paths) == 1:
        from vectors import compare
        return compare(paths[0])
    print(__doc__)
    return 2

if __name__ == '__main__':
    try:
        code = main(*sys.argv[1:])
    except OSError as error:
        print(error)
        code = 2
    sys.exit(code)
