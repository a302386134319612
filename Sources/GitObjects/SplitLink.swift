/// The `link` extension of a split index: which shared file it builds on, and which of that file's entries are gone or
/// replaced.
///
/// Format: `gitformat-index(5)`; the two sets are bitmaps in EWAH form (`ewah/ewok.h` of git).
struct SplitLink {
    /// The checksum, and so the name, of the shared file.
    let base: ObjectID
    private let deleted: Bitmap
    private let replaced: Bitmap

    init?(_ map: UnsafeRawBufferPointer, _ range: Range<Int>, idBytes: Int) {
        guard range.count >= idBytes else { return nil }
        let start = range.lowerBound + idBytes
        base = ObjectID(unchecked: UnsafeRawBufferPointer(rebasing: map[range.lowerBound..<start]))
        // Without bitmaps nothing is deleted or replaced.
        guard start < range.upperBound else {
            deleted = Bitmap()
            replaced = Bitmap()
            return
        }
        guard let (first, next) = Bitmap.read(map, start..<range.upperBound),
            let (second, _) = Bitmap.read(map, next..<range.upperBound)
        else { return nil }
        deleted = first
        replaced = second
    }

    /// The entries of the whole index, sorted; `nil` when the two files do not fit each other.
    ///
    /// `own` first lists, without names, the entries that replace shared ones, in their order; then those that are new.
    func merge(_ own: IndexMap, onto base: IndexMap) -> [IndexFile.Entry]? {
        let nameless = own.entries.prefix { $0.nameCount == 0 }
        let added = own.entries[nameless.endIndex...]
        guard !added.contains(where: { $0.nameCount == 0 }), deleted.highest < base.entries.count,
            replaced.highest < base.entries.count, replaced.count == nameless.count
        else { return nil }
        var kept: [IndexFile.Entry] = []
        kept.reserveCapacity(base.entries.count + added.count)
        var replacements = nameless.makeIterator()
        for (number, entry) in base.entries.enumerated() {
            let replacement = replaced.contains(number) ? replacements.next() : nil
            if deleted.contains(number) { continue }
            if let replacement {
                kept.append(
                    IndexFile.Entry(
                        offset: replacement.offset, nameStart: entry.nameStart, nameCount: entry.nameCount,
                        flags: replacement.flags.union(.sharedName)))
            } else {
                kept.append(
                    IndexFile.Entry(
                        offset: entry.offset, nameStart: entry.nameStart, nameCount: entry.nameCount,
                        flags: entry.flags.union([.sharedName, .sharedRecord])))
            }
        }
        return SplitLink.merged(kept, Array(added), own, base)
    }

    /// Both lists in the order of the index. An added entry of the same name and stage wins.
    private static func merged(
        _ kept: [IndexFile.Entry], _ added: [IndexFile.Entry], _ own: IndexMap, _ base: IndexMap
    ) -> [IndexFile.Entry] {
        func name(_ entry: IndexFile.Entry) -> Slice<UnsafeRawBufferPointer> {
            let names = entry.flags.contains(.sharedName) ? base.names : own.names
            return names[Int(entry.nameStart)..<Int(entry.nameStart + entry.nameCount)]
        }
        var result: [IndexFile.Entry] = []
        result.reserveCapacity(kept.count + added.count)
        var i = 0, j = 0
        while i < kept.count || j < added.count {
            if j == added.count {
                result.append(kept[i])
                i += 1
            } else if i == kept.count || name(added[j]).lexicographicallyPrecedes(name(kept[i])) {
                result.append(added[j])
                j += 1
            } else {
                // Stages of one path are never split between the files: git replaces or deletes the shared ones.
                if !name(kept[i]).elementsEqual(name(added[j])) { result.append(kept[i]) }
                i += 1
            }
        }
        return result
    }
}

/// A set of entry numbers, read from an EWAH bitmap: runs of equal words and literal words of 64 bits, big-endian.
private struct Bitmap {
    private var words: [UInt64] = []

    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// The highest number in the set, or -1.
    var highest: Int {
        guard let last = words.lastIndex(where: { $0 != 0 }) else { return -1 }
        return last * 64 + 63 - words[last].leadingZeroBitCount
    }

    func contains(_ number: Int) -> Bool {
        number / 64 < words.count && words[number / 64] >> UInt64(number % 64) & 1 == 1
    }

    /// Reads one bitmap at the start of `range`; gives it and where the next one starts.
    static func read(_ map: UnsafeRawBufferPointer, _ range: Range<Int>) -> (Bitmap, Int)? {
        guard range.count >= 12 else { return nil }
        func word(_ at: Int) -> UInt32 { UInt32(bigEndian: map.loadUnaligned(fromByteOffset: at, as: UInt32.self)) }
        let bits = Int(word(range.lowerBound)), count = Int(word(range.lowerBound + 4))
        // No index has more entries than fit into 4 GiB.
        guard bits <= 1 << 27 else { return nil }
        let start = range.lowerBound + 8, end = start + count * 8
        guard end + 4 <= range.upperBound else { return nil }
        var bitmap = Bitmap()
        let limit = (bits + 63) / 64
        var at = start
        func long(_ at: Int) -> UInt64 { UInt64(bigEndian: map.loadUnaligned(fromByteOffset: at, as: UInt64.self)) }
        while at < end {
            // A marker: one bit that is repeated, how many words it fills (32 bits), how many literal words follow (31).
            let marker = long(at)
            let run = Int(marker >> 1 & 0xFFFF_FFFF), literals = Int(marker >> 33)
            at += 8
            guard bitmap.words.count + run + literals <= limit, at + literals * 8 <= end else { return nil }
            bitmap.words.append(contentsOf: repeatElement(marker & 1 == 1 ? UInt64.max : 0, count: run))
            for _ in 0..<literals {
                bitmap.words.append(long(at))
                at += 8
            }
        }
        return (bitmap, end + 4)
    }
}
