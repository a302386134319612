import ContentAddressing
import Glibc

@testable import LocalStore

/// A directory of its own for one test, removed with everything in it at the end.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
        var template = Array("\(parent)/ripple-store-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw StoreError.writing(parent, errno: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        removeTree(Array(path.utf8))
    }

    func callAsFunction(_ relative: String) -> String { "\(path)/\(relative)" }

    func write(_ relative: String, _ bytes: [UInt8]) throws {
        try createFile(at: Array(self(relative).utf8), executable: false) { (file) throws(StoreError) in
            try file.write(bytes)
        }
    }

    func write(_ relative: String, _ text: String) throws { try write(relative, Array(text.utf8)) }

    func read(_ relative: String) throws -> [UInt8] {
        try OpenFile(reading: Array(self(relative).utf8)).readAll(sizeHint: 0)
    }

    func status(_ relative: String) -> stat? {
        var status = stat()
        return lstat(self(relative), &status) == 0 ? status : nil
    }

    /// Sets the modification time, in seconds since 1970.
    func setModified(_ relative: String, _ seconds: Double) {
        let times = [timespec(seconds: seconds), timespec(seconds: seconds)]
        utimensat(AT_FDCWD, self(relative), times, AT_SYMLINK_NOFOLLOW)
    }

    /// Every regular file below `relative`, as paths relative to this directory, sorted.
    func files(_ relative: String) -> [String] {
        var result: [String] = []
        for name in directoryNames(Array(self(relative).utf8)) {
            let child = "\(relative)/\(String(decoding: name, as: UTF8.self))"
            if isDirectory(child) {
                result += files(child)
            } else {
                result.append(child)
            }
        }
        return result.sorted()
    }

    private func isDirectory(_ relative: String) -> Bool {
        (status(relative)?.st_mode ?? 0) & S_IFMT == S_IFDIR
    }
}

private func removeTree(_ path: [UInt8]) {
    for name in directoryNames(path) {
        let child = path + [UInt8(ascii: "/")] + name
        if withPath(child, { unlink($0) }) != 0 { removeTree(child) }
    }
    _ = withPath(path) { rmdir($0) }
}
