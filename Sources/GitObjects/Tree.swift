internal import Glibc

/// What kind of thing a tree entry is, in git's canonical octal modes.
package enum FileMode: UInt16, Sendable, Hashable {
    case directory = 0o040000
    case regular = 0o100644
    case executable = 0o100755
    case symlink = 0o120000
    case submodule = 0o160000

    /// Canonicalises a mode as git does: historic group-writable files (100664) are regular.
    package init?(rawMode: UInt32) {
        switch rawMode & 0o170000 {
        case 0o040000: self = .directory
        case 0o100000: self = rawMode & 0o100 != 0 ? .executable : .regular
        case 0o120000: self = .symlink
        case 0o160000: self = .submodule
        default: return nil
        }
    }

    /// The mode as git writes it in a tree object: octal, no leading zero.
    package var octal: String { String(rawValue, radix: 8) }

    /// A regular or executable file: something whose bytes can be read as content.
    package var isFile: Bool { self == .regular || self == .executable }
}

/// One directory as git stores it: entries in git's order, names as raw bytes.
///
/// Entries refer into one buffer, so a tree costs two allocations whatever its size.
package struct Tree: Sendable {
    package struct Entry: Sendable {
        fileprivate let nameStart: UInt32
        fileprivate let nameEnd: UInt32
        package let mode: FileMode
        package let id: ObjectID
    }

    fileprivate let names: [UInt8]
    package let entries: [Entry]

    package static let empty = Tree(names: [], entries: [])

    fileprivate init(names: [UInt8], entries: [Entry]) {
        self.names = names
        self.entries = entries
    }

    package func name(of entry: Entry) -> ArraySlice<UInt8> {
        names[Int(entry.nameStart)..<Int(entry.nameEnd)]
    }

    /// The entry called `name`. Small trees are scanned; in large ones the two places are looked up where git's order puts
    /// a file and a directory of that name.
    package func entry(named name: some Collection<UInt8>) -> Entry? {
        guard entries.count > 16 else { return entries.first { self.name(of: $0).elementsEqual(name) } }
        return search(name, as: .directory) ?? search(name, as: .regular)
    }

    private func search(_ name: some Collection<UInt8>, as mode: FileMode) -> Entry? {
        var low = 0, high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if Tree.precedes((self.name(of: entries[middle]), entries[middle].mode), (name, mode)) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low < entries.count, self.name(of: entries[low]).elementsEqual(name) else { return nil }
        return (entries[low].mode == .directory) == (mode == .directory) ? entries[low] : nil
    }

    package func entry(named name: StaticString) -> Entry? {
        name.withUTF8Buffer { entry(named: $0) }
    }
}

extension Tree {
    /// Parses a raw tree object: `mode SP name NUL id`, repeated (git's own format, `gitformat` of tree objects).
    ///
    /// Returns `nil` when the bytes are not a tree.
    init?(parsing raw: UnsafeRawBufferPointer, idBytes: Int) {
        // The names stay where they are, in one copy of the object.
        let names = Array(raw)
        var entries: [Entry] = []
        entries.reserveCapacity(raw.count / (idBytes + 20) + 1)
        var position = 0
        while position < raw.count {
            var mode: UInt32 = 0
            while position < raw.count, raw[position] != UInt8(ascii: " ") {
                let digit = raw[position] &- UInt8(ascii: "0")
                guard digit < 8, mode < 1 << 20 else { return nil }
                mode = mode << 3 | UInt32(digit)
                position += 1
            }
            position += 1
            let start = position
            guard start < raw.count, let base = raw.baseAddress, let end = memchr(base + start, 0, raw.count - start)
            else { return nil }
            position = UnsafeRawPointer(end) - base
            guard position > start, position + 1 + idBytes <= raw.count, let mode = FileMode(rawMode: mode) else {
                return nil
            }
            let nameEnd = UInt32(position)
            position += 1
            let id = ObjectID(unchecked: UnsafeRawBufferPointer(rebasing: raw[position..<position + idBytes]))
            position += idBytes
            entries.append(Entry(nameStart: UInt32(start), nameEnd: nameEnd, mode: mode, id: id))
        }
        self.init(names: names, entries: entries)
    }

    /// Makes a tree from unordered entries, sorting them as git does (a directory sorts as if its name ended in `/`).
    package init(_ unordered: [(name: [UInt8], mode: FileMode, id: ObjectID)]) {
        let sorted = unordered.sorted { Tree.precedes(($0.name, $0.mode), ($1.name, $1.mode)) }
        var names: [UInt8] = []
        var entries: [Entry] = []
        for (name, mode, id) in sorted {
            let start = UInt32(names.count)
            names.append(contentsOf: name)
            entries.append(Entry(nameStart: start, nameEnd: UInt32(names.count), mode: mode, id: id))
        }
        self.init(names: names, entries: entries)
    }

    /// The bytes of the tree object, from which git computes its id.
    package var rawObject: [UInt8] {
        var raw: [UInt8] = []
        for entry in entries {
            raw.append(contentsOf: entry.mode.octal.utf8)
            raw.append(UInt8(ascii: " "))
            raw.append(contentsOf: name(of: entry))
            raw.append(0)
            entry.id.append(to: &raw)
        }
        return raw
    }

    /// Git's order of entries within a tree.
    package static func precedes(
        _ left: (name: some Collection<UInt8>, mode: FileMode), _ right: (name: some Collection<UInt8>, mode: FileMode)
    ) -> Bool {
        var leftBytes = left.name.makeIterator(), rightBytes = right.name.makeIterator()
        var leftEnded = false, rightEnded = false
        while true {
            let one = leftBytes.next() ?? terminator(left.mode, &leftEnded)
            let two = rightBytes.next() ?? terminator(right.mode, &rightEnded)
            guard let one else { return two != nil }
            guard let two else { return false }
            if one != two { return one < two }
        }
    }

    private static func terminator(_ mode: FileMode, _ ended: inout Bool) -> UInt8? {
        guard mode == .directory, !ended else { return nil }
        ended = true
        return UInt8(ascii: "/")
    }
}
