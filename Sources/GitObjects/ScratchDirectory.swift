internal import Diagnostics
internal import Glibc

/// A directory of this process alone, for what the git program writes; removed with everything in it.
final class ScratchDirectory {
    let path: String

    init() throws(GitError) {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var name = Array("\(base)/ripple-git-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else {
            throw GitError(
                .unreadable, .environment,
                "A temporary directory cannot be made in \(base): \(String(cString: strerror(errno))). Set TMPDIR.")
        }
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { ScratchDirectory.remove(path) }

    private static func remove(_ path: String) {
        if let stream = opendir(path) {
            while let entry = readdir(stream) {
                let isDirectory = entry.pointee.d_type == UInt8(DT_DIR)
                let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name == "." || name == ".." { continue }
                if isDirectory { remove(path + "/" + name) } else { unlink(path + "/" + name) }
            }
            closedir(stream)
        }
        rmdir(path)
    }
}
