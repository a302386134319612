internal import Foundation
internal import Glibc

extension GitSandbox {
    private func absolute(_ path: [UInt8]) -> [CChar] {
        (Array((root + "/").utf8) + path).map { CChar(bitPattern: $0) } + [0]
    }

    /// Writes a file, making the directories above it; what stands in the way is removed.
    package func write(_ path: [UInt8], _ content: [UInt8], executable: Bool = false) throws {
        try makeRoom(for: path)
        let descriptor = open(absolute(path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard content.isEmpty || Glibc.write(descriptor, content, content.count) == content.count,
            fchmod(descriptor, executable ? 0o755 : 0o644) == 0
        else { throw failure(path) }
    }

    package func write(_ path: String, _ content: String, executable: Bool = false) throws {
        try write(Array(path.utf8), Array(content.utf8), executable: executable)
    }

    package func link(_ path: [UInt8], to target: String) throws {
        try makeRoom(for: path)
        guard symlink(target, absolute(path)) == 0 else { throw failure(path) }
    }

    /// Removes a file, link or directory with all below it; nothing there is fine.
    package func remove(_ path: [UInt8]) {
        let whole = absolute(path)
        if unlink(whole) == 0 { return }
        guard let stream = opendir(whole) else { return }
        var names: [[UInt8]] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
        }
        closedir(stream)
        for name in names { remove(path + [UInt8(ascii: "/")] + name) }
        rmdir(whole)
    }

    package func setExecutable(_ path: [UInt8], _ executable: Bool) {
        chmod(absolute(path), executable ? 0o755 : 0o644)
    }

    /// Sets the modification time, in whole seconds, so that races can be built instead of waited for.
    package func setModification(_ path: [UInt8], seconds: Int) {
        var times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0)]
        utimensat(AT_FDCWD, absolute(path), &times, AT_SYMLINK_NOFOLLOW)
    }

    /// Makes directories above `path` (replacing files that are in the way) and removes what is at `path`.
    private func makeRoom(for path: [UInt8]) throws {
        remove(path)
        var at = path.startIndex
        while let slash = path[at...].firstIndex(of: UInt8(ascii: "/")) {
            let above = Array(path[..<slash])
            var status = stat()
            if lstat(absolute(above), &status) != 0 || status.st_mode & S_IFMT != S_IFDIR {
                unlink(absolute(above))
                guard mkdir(absolute(above), 0o755) == 0 else { throw failure(above) }
            }
            at = slash + 1
        }
    }

    private func failure(_ path: [UInt8]) -> Failure {
        Failure(description: "\(String(decoding: path, as: UTF8.self)): \(String(cString: strerror(errno)))")
    }

    /// Every file below the `.git` directory with its bytes and modification time: equal before and after means that
    /// nothing was written.
    package func repositoryState(_ directory: String = ".git") throws -> [String: [UInt8]] {
        var state: [String: [UInt8]] = [:]
        let base = root + "/" + directory
        for name in try FileManager.default.subpathsOfDirectory(atPath: base) {
            var status = stat()
            guard lstat(base + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            let time = "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_ino)\n"
            state[name] =
                Array(time.utf8) + (FileManager.default.contents(atPath: base + "/" + name).map { Array($0) } ?? [])
        }
        return state
    }
}

extension GitSandbox {
    /// As `repositoryState`, without the times.
    package func repositoryContents(_ directory: String = ".git") throws -> [String: [UInt8]] {
        try repositoryState(directory).mapValues { Array($0.drop { $0 != UInt8(ascii: "\n") }) }
    }

    package var hasIndex: Bool { access(root + "/.git/index", F_OK) == 0 }

    /// Whether branch `main` has no commit; true only of loose references, which is how these repositories begin.
    package var isUnborn: Bool { access(root + "/.git/refs/heads/main", F_OK) != 0 }

    package func isRegularFile(_ path: [UInt8]) -> Bool {
        var status = stat()
        return lstat(absolute(path), &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Writes into the file that is there, keeping its inode.
    package func rewrite(_ path: [UInt8], _ content: [UInt8]) throws {
        let descriptor = open(absolute(path), O_WRONLY | O_TRUNC | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard Glibc.write(descriptor, content, content.count) == content.count else { throw failure(path) }
    }

    /// Copies a file with its modification time.
    package func copyKeepingTime(_ from: String, to: String) throws {
        var status = stat()
        guard stat(from, &status) == 0 else { return }
        try FileManager.default.copyItem(atPath: from, toPath: to)
        var times = [status.st_atim, status.st_mtim]
        utimensat(AT_FDCWD, to, &times, 0)
    }
}

extension GitSandbox {
    /// Makes a folder beside the working tree and returns its path.
    @discardableResult
    package func makeFolder(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: folder + "/" + name, withIntermediateDirectories: true)
        return folder + "/" + name
    }

    /// The text of a file, by absolute path.
    package func text(of path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(description: "\(path) is not there")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
