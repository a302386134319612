internal import Foundation
internal import GitObjects
internal import Glibc

/// A temporary directory, removed with the value. Names in it are bytes.
final class DiskDirectory {
    let path: String

    init() throws {
        let parent = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? P_tmpdir
        var template = Array("\(parent)/ripple-scenario-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ProgramFailure(
                description: "A temporary directory cannot be made: \(String(cString: strerror(errno))).")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { FileOnDisk.removeAll(Array(path.utf8)) }
}

/// Makes and removes files by names that are bytes.
enum FileOnDisk {
    /// Changes what lies below `root` from one version to another; equal files are not touched.
    static func change(_ root: String, from old: FileSet, to new: FileSet) throws {
        let directory = Array(root.utf8)
        for path in old.keys where new[path] == nil { remove(path, below: directory) }
        for path in old.keys.sorted() {
            guard let before = old[path], let after = new[path], before != after else { continue }
            unlink(cString(place(path, directory)))
            try write(after, to: path, below: directory)
        }
        for path in new.keys.sorted() where old[path] == nil {
            guard let file = new[path] else { continue }
            try write(file, to: path, below: directory)
        }
    }

    private static func write(_ file: ScenarioFile, to path: RepoPath, below root: [UInt8]) throws {
        var parents: [RepoPath] = []
        var parent = path.parent
        while let current = parent, !current.isRoot {
            parents.append(current)
            parent = current.parent
        }
        for parent in parents.reversed() { mkdir(cString(place(parent, root)), 0o755) }
        let name = cString(place(path, root))
        if file.mode == .symlink {
            guard Glibc.symlink(cString(file.bytes), name) == 0 else { throw failure(path) }
            return
        }
        let descriptor = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, file.mode == .executable ? 0o755 : 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        let count = file.bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard count == file.bytes.count else { throw failure(path) }
    }

    /// Removes a file and the directories that become empty.
    private static func remove(_ path: RepoPath, below root: [UInt8]) {
        unlink(cString(place(path, root)))
        var parent = path.parent
        while let current = parent, !current.isRoot, rmdir(cString(place(current, root))) == 0 {
            parent = current.parent
        }
    }

    static func removeAll(_ place: [UInt8]) {
        let name = cString(place)
        guard unlink(name) != 0 else { return }
        chmod(name, 0o700)
        if let stream = opendir(name) {
            while let entry = readdir(stream) {
                let below = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
                if below != [46], below != [46, 46] { removeAll(place + [UInt8(ascii: "/")] + below) }
            }
            closedir(stream)
        }
        rmdir(name)
    }

    private static func place(_ path: RepoPath, _ root: [UInt8]) -> [UInt8] { root + [UInt8(ascii: "/")] + path.bytes }

    private static func cString(_ bytes: [UInt8]) -> [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }

    private static func failure(_ path: RepoPath) -> ProgramFailure {
        ProgramFailure(description: "\(path) cannot be written: \(String(cString: strerror(errno))).")
    }
}
