internal import Glibc
internal import Testing

/// Where tests make their files, without a slash at the end.
let temporaryDirectory = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir

/// A directory of its own for one test, removed at the end.
final class ProjectOnDisk {
    /// What a path is, with its content; enough to tell two trees apart.
    enum Node: Hashable {
        case file([UInt8], mode: UInt32)
        case link([UInt8])
        case directory(mode: UInt32)
        case other
    }

    let path: String
    private let bytes: [UInt8]

    init() throws {
        var template = Array("\(temporaryDirectory)/ripple-project-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        bytes = template.dropLast().map { UInt8(bitPattern: $0) }
        path = String(decoding: bytes, as: UTF8.self)
    }

    deinit { removeAll(bytes) }

    private func removeAll(_ place: [UInt8]) {
        let name = place.map { CChar(bitPattern: $0) } + [0]
        guard unlink(name) != 0 else { return }
        chmod(name, 0o700)
        for inner in ProjectOnDisk.names(name) { removeAll(place + [UInt8(ascii: "/")] + inner) }
        rmdir(name)
    }

    private static func names(_ place: [CChar]) -> [[UInt8]] {
        guard let stream = opendir(place) else { return [] }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != Array(".".utf8) && name != Array("..".utf8) { names.append(name) }
        }
        return names
    }

    private func absolute(_ relative: [UInt8]) -> [CChar] {
        (bytes + [UInt8(ascii: "/")] + relative + [0]).map { CChar(bitPattern: $0) }
    }

    // MARK: Making

    func directory(_ relative: [UInt8]) {
        var end = relative.startIndex
        while let slash = relative[end...].firstIndex(of: UInt8(ascii: "/")) {
            mkdir(absolute(Array(relative[..<slash])), 0o777)
            end = slash + 1
        }
        mkdir(absolute(relative), 0o777)
    }

    private func parent(of relative: [UInt8]) {
        if let slash = relative.lastIndex(of: UInt8(ascii: "/")) { directory(Array(relative[..<slash])) }
    }

    func file(_ relative: [UInt8], _ content: [UInt8], executable: Bool = false) throws {
        parent(of: relative)
        let file = open(absolute(relative), O_WRONLY | O_CREAT | O_TRUNC, executable ? 0o777 : 0o666)
        try #require(file >= 0)
        defer { close(file) }
        try #require(content.withUnsafeBytes { write(file, $0.baseAddress, $0.count) } == content.count)
    }

    func link(_ relative: [UInt8], to target: [UInt8]) throws {
        parent(of: relative)
        try #require(symlink(target.map { CChar(bitPattern: $0) } + [0], absolute(relative)) == 0)
    }

    func file(_ relative: String, _ content: String = "", executable: Bool = false) throws {
        try file(Array(relative.utf8), Array(content.utf8), executable: executable)
    }

    func directory(_ relative: String) { directory(Array(relative.utf8)) }

    func link(_ relative: String, to target: String) throws { try link(Array(relative.utf8), to: Array(target.utf8)) }

    func setMode(_ relative: String, _ mode: mode_t) { chmod(absolute(Array(relative.utf8)), mode) }

    func fifo(_ relative: String) throws { try #require(mkfifo(absolute(Array(relative.utf8)), 0o600) == 0) }

    // MARK: Looking

    /// Everything below the project by path.
    var nodes: [[UInt8]: Node] {
        var result: [[UInt8]: Node] = [:]
        collect([], into: &result)
        return result
    }

    /// The paths of everything, sorted, for trees with readable names.
    var paths: [String] { nodes.keys.map { String(decoding: $0, as: UTF8.self) }.sorted() }

    func text(_ relative: String) -> String? {
        guard case .file(let content, _) = nodes[Array(relative.utf8)] else { return nil }
        return String(decoding: content, as: UTF8.self)
    }

    private func collect(_ place: [UInt8], into result: inout [[UInt8]: Node]) {
        for name in ProjectOnDisk.names(absolute(place)) {
            let relative = place.isEmpty ? name : place + [UInt8(ascii: "/")] + name
            var status = stat()
            lstat(absolute(relative), &status)
            let mode = status.st_mode & 0o7777
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                result[relative] = .directory(mode: mode)
                collect(relative, into: &result)
            case S_IFREG: result[relative] = .file(content(relative), mode: mode)
            case S_IFLNK: result[relative] = .link(target(relative))
            default: result[relative] = .other
            }
        }
    }

    private func content(_ relative: [UInt8]) -> [UInt8] {
        let file = open(absolute(relative), O_RDONLY)
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = buffer.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
        return Array(buffer.prefix(max(count, 0)))
    }

    private func target(_ relative: [UInt8]) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink(absolute(relative), &buffer, buffer.count)
        return buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }
    }
}
