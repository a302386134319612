internal import Diagnostics
internal import Glibc

/// Git's index, read from a memory map without libgit2.
///
/// Format: `gitformat-index(5)`, versions 2, 3 and 4, with the TREE extension. libgit2 loads an index about a hundred
/// times slower than a scan and refuses sparse ones; status needs only the scan. The trailing checksum is not verified
/// (git's own `index.skipHash` leaves it zero); the structure is. Split indexes (`link`) are refused.
package final class IndexFile {
    /// Where one entry lies; its fields are decoded on demand.
    package struct Entry {
        fileprivate let offset: Int
        fileprivate let nameStart: Int
        fileprivate let nameEnd: Int
        package let flags: Flags
    }

    package struct Flags: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let assumeUnchanged = Flags(rawValue: 1)
        package static let skipWorktree = Flags(rawValue: 2)
        package static let intentToAdd = Flags(rawValue: 4)
        package static let unmerged = Flags(rawValue: 8)
    }

    /// The stat data git recorded when the entry was last known to be clean.
    package struct RecordedStat: Equatable {
        package let changeSeconds, changeNanoseconds, modificationSeconds, modificationNanoseconds: UInt32
        package let inode, userID, groupID, size: UInt32
    }

    /// Directories whose tree id the index knows (TREE extension): path to id.
    package private(set) var validTrees: [RepoPath: ObjectID] = [:]
    /// Sorted by path, then stage.
    package private(set) var entries: [Entry] = []
    /// When the index was written: entries modified at or after it may be dirty although their stat data match.
    package let modification: (seconds: Int, nanoseconds: Int)

    private let map: UnsafeRawBufferPointer
    private var names: [UInt8] = []
    private let idBytes = 20
    private var lacksName = false

    /// Opens the index at `path`; `nil` when there is none, which is an empty index.
    package init?(path: String) throws(GitError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw GitError(
                .unreadable, .environment, "The index \(path) cannot be read: \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size >= 12 + idBytes,
            let address = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED
        else {
            throw IndexFile.corrupt(path, "it is too short")
        }
        map = UnsafeRawBufferPointer(start: address, count: Int(status.st_size))
        modification = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        if let problem = parse() {
            throw problem == "split"
                ? GitError(
                    .unsupportedRepository, .environment,
                    "The index is split (core.splitIndex), which is not supported yet. "
                        + "Run: git update-index --no-split-index")
                : IndexFile.corrupt(path, problem)
        }
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: map.baseAddress), map.count)
    }

    private static func corrupt(_ path: String, _ problem: String) -> GitError {
        GitError(
            .corrupt, .environment,
            "The index \(path) is damaged: \(problem). Make it anew: rm '\(path)' && git reset --mixed HEAD")
    }

    package func name(of entry: Entry) -> ArraySlice<UInt8> { names[entry.nameStart..<entry.nameEnd] }

    package func path(of entry: Entry) -> RepoPath { RepoPath(bytes: Array(name(of: entry))) }

    package func mode(of entry: Entry) -> FileMode? { FileMode(rawMode: word(entry.offset + 24)) }

    package func id(of entry: Entry) -> ObjectID {
        ObjectID(unchecked: UnsafeRawBufferPointer(rebasing: map[entry.offset + 40..<entry.offset + 40 + idBytes]))
    }

    package func recordedStat(of entry: Entry) -> RecordedStat {
        let at = entry.offset
        return RecordedStat(
            changeSeconds: word(at), changeNanoseconds: word(at + 4), modificationSeconds: word(at + 8),
            modificationNanoseconds: word(at + 12), inode: word(at + 20), userID: word(at + 28), groupID: word(at + 32),
            size: word(at + 36))
    }

    private func word(_ offset: Int) -> UInt32 {
        UInt32(bigEndian: map.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    private func half(_ offset: Int) -> UInt16 {
        UInt16(bigEndian: map.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// Reads header, entries and extensions; says what is wrong, or `nil`.
    private func parse() -> String? {
        guard map.starts(with: "DIRC".utf8) else { return "it does not start with DIRC" }
        let version = word(4), count = Int(word(8))
        guard (2...4).contains(version) else { return "its version \(version) is unknown" }
        let end = map.count - idBytes
        guard count <= end / 62 else { return "it claims \(count) entries" }
        entries.reserveCapacity(count)
        names.reserveCapacity(version == 4 ? count * 32 : end - count * 62)
        var position = 12
        var previous = 0..<0
        for _ in 0..<count {
            guard let next = parseEntry(at: position, version: version, previous: previous, end: end) else {
                return "entry \(entries.count) is cut off or malformed"
            }
            position = next
            if entries.count > 1, !lacksName, !isInOrder(entries.count - 1) {
                return "entry \(entries.count - 1) is out of order"
            }
            if let last = entries.last { previous = last.nameStart..<last.nameEnd }
        }
        while position + 8 <= end {
            let size = Int(word(position + 4)), body = position + 8
            guard body + size <= end else { return "an extension is cut off" }
            let signature = map[position..<position + 4]
            if signature.elementsEqual("TREE".utf8) {
                parseTrees(body..<body + size)
            } else if signature.elementsEqual("link".utf8) {
                return "split"
            } else if signature.first.map({ $0 >= UInt8(ascii: "a") }) == true, !signature.elementsEqual("sdir".utf8) {
                return "it needs an extension that is not known: \(String(decoding: signature, as: UTF8.self))"
            }
            position = body + size
        }
        return lacksName ? "an entry has no name" : nil
    }

    private func parseEntry(at position: Int, version: UInt32, previous: Range<Int>, end: Int) -> Int? {
        var at = position + 40 + idBytes
        guard at + 2 < end else { return nil }
        let bits = half(at)
        at += 2
        var flags: Flags = []
        if bits & 0x8000 != 0 { flags.insert(.assumeUnchanged) }
        if bits & 0x3000 != 0 { flags.insert(.unmerged) }
        if bits & 0x4000 != 0 {
            guard version >= 3, at + 2 < end else { return nil }
            let extended = half(at)
            if extended & 0x4000 != 0 { flags.insert(.skipWorktree) }
            if extended & 0x2000 != 0 { flags.insert(.intentToAdd) }
            at += 2
        }
        let nameStart = names.count
        if version == 4 {
            guard let (strip, next) = variableInteger(at, end), strip <= previous.count else { return nil }
            at = next
            names.append(contentsOf: names[previous.lowerBound..<previous.upperBound - strip])
        }
        guard let terminator = map[at..<end].firstIndex(of: 0) else { return nil }
        names.append(contentsOf: map[at..<terminator])
        // A split index leaves the names out of entries that replace shared ones; it is refused further on.
        let name = names[nameStart...]
        if name.isEmpty { lacksName = true }
        guard name.isEmpty || isCleanName(name), let mode = FileMode(rawMode: word(position + 24)),
            // Only a directory of a sparse index ends in a slash.
            (mode == .directory) == (name.last == UInt8(ascii: "/"))
        else { return nil }
        entries.append(Entry(offset: position, nameStart: nameStart, nameEnd: names.count, flags: flags))
        if version == 4 { return terminator + 1 }
        // Entries are padded with 1 to 8 NULs to a multiple of eight.
        return position + (terminator - position + 8) / 8 * 8
    }

    /// Whether a name is a path inside the repository: no empty component, no `.`, `..` or `.git`.
    ///
    /// The working tree is read by these names, so a damaged one must not lead out of it.
    private func isCleanName(_ name: ArraySlice<UInt8>) -> Bool {
        var start = name.startIndex
        while start < name.endIndex {
            let end = name[start...].firstIndex(of: UInt8(ascii: "/")) ?? name.endIndex
            switch end - start {
            case 0: return false
            case 1...4 where name[start] == UInt8(ascii: "."):
                let component = name[start..<end]
                if component.elementsEqual(".".utf8) || component.elementsEqual("..".utf8)
                    || component.elementsEqual(".git".utf8)
                {
                    return false
                }
            default: break
            }
            start = end + 1
        }
        return !name.isEmpty
    }

    /// Whether an entry comes after the one before it: by name, then by stage.
    private func isInOrder(_ at: Int) -> Bool {
        let left = entries[at - 1], right = entries[at]
        let one = name(of: left), two = name(of: right)
        if one.lexicographicallyPrecedes(two) { return true }
        return one.elementsEqual(two) && stage(of: left) < stage(of: right)
    }

    /// 0, or 1 to 3 of an unmerged entry: base, ours, theirs.
    package func stage(of entry: Entry) -> UInt16 { half(entry.offset + 40 + idBytes) >> 12 & 3 }

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

    /// The cached tree ids. Damage here only costs time, so it ends the reading without an error.
    private func parseTrees(_ range: Range<Int>) {
        var at = range.lowerBound
        var pending: [(path: RepoPath, children: Int)] = []
        func number() -> Int? {
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
        while at < range.upperBound {
            guard let terminator = map[at..<range.upperBound].firstIndex(of: 0) else { return }
            let name = map[at..<terminator]
            at = terminator + 1
            while let last = pending.last, last.children == 0 { pending.removeLast() }
            let path = pending.last.map { $0.path.appending(Array(name)) } ?? .root
            if !pending.isEmpty { pending[pending.count - 1].children -= 1 }
            guard let count = number(), let children = number() else { return }
            if count >= 0 {
                guard at + idBytes <= range.upperBound else { return }
                validTrees[path] = ObjectID(unchecked: UnsafeRawBufferPointer(rebasing: map[at..<at + idBytes]))
                at += idBytes
            }
            pending.append((path, children))
        }
    }
}
