internal import ContentAddressing
internal import Glibc

/// A blob or a record as found on disk.
struct StoredFile {
    let digest: ContentDigest
    let path: [UInt8]
    /// In bytes.
    let size: Int
    let modified: timespec
}

extension LocalStore {
    /// The files of one area (`cas` or `ac`), ordered by digest. Files that no store made are passed over, and a
    /// directory that is not there has no files.
    func files(in area: StaticString) -> [StoredFile] {
        let top = path("\(area)")
        var result: [StoredFile] = []
        for shard in directoryNames(top).sorted(by: { $0.lexicographicallyPrecedes($1) }) where shard.count == 2 {
            let directory = top + [UInt8(ascii: "/")] + shard
            for name in directoryNames(directory) where name.count == 64 && name.starts(with: shard) {
                guard let digest = ContentDigest(hexDigits: name), path(of: digest, in: area).suffix(64) == name[...],
                    let status = regularFileStatus(directory + [UInt8(ascii: "/")] + name)
                else { continue }
                result.append(
                    StoredFile(
                        digest: digest, path: directory + [UInt8(ascii: "/")] + name, size: Int(status.st_size),
                        modified: status.st_mtim))
            }
        }
        return result.sorted { $0.digest < $1.digest }
    }
}

/// The status of the regular file at `path`, or `nil` when there is none.
func regularFileStatus(_ path: [UInt8]) -> stat? {
    var status = stat()
    guard withPath(path, { lstat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return status
}

/// The names in a directory without `.` and `..`, in no order; none when it cannot be read.
func directoryNames(_ path: [UInt8]) -> [[UInt8]] {
    guard let directory = withPath(path, { opendir($0) }) else { return [] }
    return remainingNames(directory)
}

/// The names that an open directory still has to give, without `.` and `..`; closes it.
func remainingNames(_ directory: OpaquePointer) -> [[UInt8]] {
    defer { closedir(directory) }
    guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return [] }
    var names: [[UInt8]] = []
    while let entry = readdir(directory) {
        let start = UnsafeRawPointer(entry).advanced(by: offset)
        let count = strlen(start.assumingMemoryBound(to: CChar.self))
        let name = Array(UnsafeRawBufferPointer(start: start, count: count))
        if !name.elementsEqual(".".utf8) && !name.elementsEqual("..".utf8) { names.append(name) }
    }
    return names
}
