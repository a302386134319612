internal import Diagnostics
internal import Glibc

/// One index file in memory and what its bytes say: the whole index, or one half of a split one.
final class IndexMap {
    let map: UnsafeRawBufferPointer
    let modification: (seconds: Int, nanoseconds: Int)
    private let idBytes: Int

    private(set) var entries: [IndexFile.Entry] = []
    private(set) var validTrees: [RepoPath: ObjectID] = [:]
    private(set) var link: SplitLink?
    private(set) var isSparse = false
    private(set) var version = 0
    /// A split index leaves the names out of entries that replace shared ones.
    private(set) var lacksName = false
    /// The names that version 4 compresses, written out. Grows while the file is parsed.
    private var expanded = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var expandedCount = 0

    /// Maps the file at `path`; `nil` when there is none.
    init?(path: String, idBytes: Int) throws(GitError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw GitError(
                .unreadable, .environment, "The index \(path) cannot be read: \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size >= 12 + idBytes,
            status.st_size < 1 << 32,
            let address = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED
        else {
            throw GitError(
                .corrupt, .environment,
                "The index \(path) is damaged: it is too short. Make it anew: rm '\(path)' && git reset --mixed HEAD")
        }
        map = UnsafeRawBufferPointer(start: address, count: Int(status.st_size))
        modification = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        self.idBytes = idBytes
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: map.baseAddress), map.count)
        expanded.deallocate()
    }

    /// Where the entries' records lie.
    var records: UnsafeRawPointer {
        // A file is mapped only when it has a header, so the map has an address.
        map.baseAddress.unsafelyUnwrapped
    }

    /// Gives up the list of entries, once it was copied.
    func releaseEntries() { entries = [] }

    /// Where the entries' names lie.
    var names: UnsafeRawBufferPointer { version == 4 ? UnsafeRawBufferPointer(expanded) : map }

    static func word(_ base: UnsafeRawPointer, _ offset: Int) -> UInt32 {
        UInt32(bigEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    static func half(_ base: UnsafeRawPointer, _ offset: Int) -> UInt16 {
        UInt16(bigEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    private func word(_ offset: Int) -> UInt32 {
        UInt32(bigEndian: map.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    private func half(_ offset: Int) -> UInt16 {
        UInt16(bigEndian: map.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// Reads header, entries and extensions; says what is wrong, or `nil`.
    func parse() -> String? {
        guard map.starts(with: "DIRC".utf8) else { return "it does not start with DIRC" }
        version = Int(word(4))
        let count = Int(word(8)), end = map.count - idBytes
        guard (2...4).contains(version) else { return "its version \(version) is unknown" }
        guard count <= end / (42 + idBytes) else { return "it claims \(count) entries" }
        entries.reserveCapacity(count)
        var position = 12
        var previous = 0..<0
        for number in 0..<count {
            guard let next = parseEntry(at: position, previous: previous, end: end) else {
                return "entry \(number) is cut off or malformed"
            }
            position = next
            guard let last = entries.last else { return "entry \(number) is cut off or malformed" }
            let name = Int(last.nameStart)..<Int(last.nameStart + last.nameCount)
            if name.isEmpty {
                lacksName = true
            } else if let problem = check(name, after: previous, number) {
                return problem
            }
            previous = name
        }
        return parseExtensions(from: position, end: end)
    }

    private func parseEntry(at position: Int, previous: Range<Int>, end: Int) -> Int? {
        var at = position + 40 + idBytes
        guard at + 2 < end else { return nil }
        let bits = half(at)
        at += 2
        // As numbers, because this runs for every entry and sets are not inlined across modules.
        var flags: UInt8 = 0
        if bits & 0x8000 != 0 { flags |= IndexFile.Flags.assumeUnchanged.rawValue }
        if bits & 0x3000 != 0 { flags |= IndexFile.Flags.unmerged.rawValue }
        if bits & 0x4000 != 0 {
            guard version >= 3, at + 2 < end else { return nil }
            let extended = half(at)
            if extended & 0x4000 != 0 { flags |= IndexFile.Flags.skipWorktree.rawValue }
            if extended & 0x2000 != 0 { flags |= IndexFile.Flags.intentToAdd.rawValue }
            at += 2
        }
        var kept = 0
        if version == 4 {
            guard let (strip, next) = variableInteger(at, end), strip <= previous.count else { return nil }
            at = next
            kept = previous.count - strip
        }
        guard let start = map.baseAddress, let found = memchr(start + at, 0, end - at) else { return nil }
        let terminator = UnsafeRawPointer(found) - start
        let name: Range<Int>
        if version == 4 {
            name = expand(previous.lowerBound..<previous.lowerBound + kept, at..<terminator)
        } else {
            name = at..<terminator
        }
        guard let mode = FileMode(rawMode: word(position + 24)),
            // Only a directory of a sparse index ends in a slash.
            name.isEmpty || (mode == .directory) == (names[name.upperBound - 1] == UInt8(ascii: "/"))
        else { return nil }
        entries.append(
            IndexFile.Entry(
                offset: UInt32(position), nameStart: UInt32(name.lowerBound), nameCount: UInt32(name.count),
                flags: IndexFile.Flags(rawValue: flags)))
        if version == 4 { return terminator + 1 }
        // Entries are padded with 1 to 8 NULs to a multiple of eight.
        return position + (terminator - position + 8) / 8 * 8
    }

    /// Writes out a name of version 4: the beginning of the one before it, and the rest from the map.
    private func expand(_ kept: Range<Int>, _ rest: Range<Int>) -> Range<Int> {
        let start = expandedCount, count = kept.count + rest.count
        if start + count > expanded.count {
            let larger = UnsafeMutableRawBufferPointer.allocate(
                byteCount: max(1 << 16, (start + count) * 2), alignment: 1)
            larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: expanded[..<start]))
            expanded.deallocate()
            expanded = larger
        }
        UnsafeMutableRawBufferPointer(rebasing: expanded[start..<start + kept.count])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(expanded)[kept]))
        UnsafeMutableRawBufferPointer(rebasing: expanded[start + kept.count..<start + count])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: map[rest]))
        expandedCount = start + count
        return start..<start + count
    }

    /// Whether a name is a path inside the repository that comes after the one before it: by name, then by stage.
    ///
    /// The working tree is read by these names, so a damaged one must not lead out of it. Only what differs from the name
    /// before is looked at: the rest was.
    private func check(_ name: Range<Int>, after previous: Range<Int>, _ number: Int) -> String? {
        let text = UnsafeRawBufferPointer(rebasing: names[name])
        let before = UnsafeRawBufferPointer(rebasing: names[previous])
        let limit = min(text.count, before.count)
        var common = 0
        while common < limit, text[common] == before[common] { common += 1 }
        if number > 0, !previous.isEmpty {
            let isLater: Bool
            if common == text.count {
                isLater = common == before.count && stage(number - 1) < stage(number)
            } else {
                isLater = common == before.count || before[common] < text[common]
            }
            guard isLater else { return "entry \(number) is out of order" }
        }
        var start = common
        while start > 0, text[start - 1] != UInt8(ascii: "/") { start -= 1 }
        while start < text.count {
            var end = start
            while end < text.count, text[end] != UInt8(ascii: "/") { end += 1 }
            if end == start || (text[start] == UInt8(ascii: ".") && isForbidden(text[start..<end])) {
                return "entry \(number) is cut off or malformed"
            }
            start = end + 1
        }
        return nil
    }

    private func isForbidden(_ component: Slice<UnsafeRawBufferPointer>) -> Bool {
        component.elementsEqual(".".utf8) || component.elementsEqual("..".utf8)
            || component.elementsEqual(".git".utf8)
    }

    private func stage(_ number: Int) -> UInt16 { half(Int(entries[number].offset) + 40 + idBytes) >> 12 & 3 }

    /// The offset encoding of pack files, which version 4 uses for the length to strip.
    private func variableInteger(_ start: Int, _ end: Int) -> (value: Int, next: Int)? {
        var at = start, value = 0
        while at < end {
            let byte = map[at]
            at += 1
            value = value << 7 | Int(byte & 0x7F)
            if byte & 0x80 == 0 { return (value, at) }
            value += 1
            guard value < 1 << 40 else { return nil }
        }
        return nil
    }
}

// MARK: - Extensions

extension IndexMap {
    private func parseExtensions(from start: Int, end: Int) -> String? {
        var position = start
        while position + 8 <= end {
            let size = Int(word(position + 4)), body = position + 8
            guard body + size <= end else { return "an extension is cut off" }
            let signature = map[position..<position + 4]
            if signature.elementsEqual("TREE".utf8) {
                var cache = TreeCache(map, body..<body + size, idBytes: idBytes)
                validTrees = cache.read()
            } else if signature.elementsEqual("link".utf8) {
                guard let link = SplitLink(map, body..<body + size, idBytes: idBytes) else {
                    return "its link to the shared index is malformed"
                }
                self.link = link
            } else if signature.elementsEqual("sdir".utf8) {
                isSparse = true
            } else if signature.first.map({ $0 >= UInt8(ascii: "a") }) == true {
                return "it needs an extension that is not known: \(String(decoding: signature, as: UTF8.self))"
            }
            position = body + size
        }
        return nil
    }
}

/// The TREE extension: ids of directories that the index still knows to be unchanged. Damage here only costs time, so it
/// ends the reading without an error.
private struct TreeCache {
    private let map: UnsafeRawBufferPointer
    private let range: Range<Int>
    private let idBytes: Int
    private var at: Int

    init(_ map: UnsafeRawBufferPointer, _ range: Range<Int>, idBytes: Int) {
        self.map = map
        self.range = range
        self.idBytes = idBytes
        at = range.lowerBound
    }

    mutating func read() -> [RepoPath: ObjectID] {
        var trees: [RepoPath: ObjectID] = [:]
        var pending: [(path: RepoPath, children: Int)] = []
        while at < range.upperBound {
            guard let terminator = map[at..<range.upperBound].firstIndex(of: 0) else { return trees }
            let name = map[at..<terminator]
            at = terminator + 1
            while let last = pending.last, last.children == 0 { pending.removeLast() }
            let path = pending.last.map { $0.path.appending(Array(name)) } ?? .root
            if !pending.isEmpty { pending[pending.count - 1].children -= 1 }
            guard let count = number(), let children = number() else { return trees }
            if count >= 0 {
                guard at + idBytes <= range.upperBound else { return trees }
                trees[path] = ObjectID(unchecked: UnsafeRawBufferPointer(rebasing: map[at..<at + idBytes]))
                at += idBytes
            }
            pending.append((path, children))
        }
        return trees
    }

    private mutating func number() -> Int? {
        var value = 0, negative = false, digits = 0
        while at < range.upperBound, map[at] != UInt8(ascii: " "), map[at] != UInt8(ascii: "\n") {
            if map[at] == UInt8(ascii: "-"), digits == 0 {
                negative = true
            } else {
                let digit = Int(map[at]) - 48
                guard (0..<10).contains(digit), value < 1 << 40 else { return nil }
                value = value * 10 + digit
                digits += 1
            }
            at += 1
        }
        at += 1
        return digits > 0 ? (negative ? -value : value) : nil
    }
}
