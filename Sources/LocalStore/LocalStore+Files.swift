internal import ContentAddressing
internal import Glibc
internal import Synchronization

/// Makes names of temporary files differ within the process.
private let temporaryCounter = Atomic<UInt64>(0)

extension LocalStore {
    /// `ROOT/cas/ab/ab12...`
    func path(of digest: ContentDigest, in area: StaticString) -> [UInt8] {
        var path = rootBytes
        path.reserveCapacity(rootBytes.count + 80)
        path.append(UInt8(ascii: "/"))
        area.withUTF8Buffer { path.append(contentsOf: $0) }
        path.append(UInt8(ascii: "/"))
        let shard = path.count
        digest.appendHex(to: &path)
        path.insert(contentsOf: [path[shard], path[shard + 1], UInt8(ascii: "/")], at: shard)
        return path
    }

    /// The path of something directly below the root.
    func path(_ name: String) -> [UInt8] {
        rootBytes + Array("/\(name)".utf8)
    }

    /// Writes a temporary file with `body`, which answers where the file belongs, and renames it to there.
    func publish(
        mode: mode_t, _ body: (borrowing OpenFile) throws(StoreError) -> [UInt8]
    ) throws(StoreError) {
        let count = temporaryCounter.wrappingAdd(1, ordering: .relaxed).newValue
        let temporary = path("tmp/\(getpid()).\(count).\(UInt64.random(in: 0...UInt64.max))")
        let file = try openTemporary(temporary, mode: mode)
        do throws(StoreError) {
            let target = try body(file)
            if rename(temporary, target) == 0 { return }
            guard errno == ENOENT else { throw StoreError.writing(displayText(target), errno: errno) }
            try makeParentDirectories(of: target)
            guard rename(temporary, target) == 0 else { throw StoreError.writing(displayText(target), errno: errno) }
        } catch {
            _ = withPath(temporary) { unlink($0) }
            throw error
        }
    }

    private func openTemporary(_ path: [UInt8], mode: mode_t) throws(StoreError) -> OpenFile {
        do throws(StoreError) {
            return try OpenFile(creating: path, mode: mode)
        } catch {
            // The first write into a new store finds no directory; on any other fault this fails with a better error.
            try makeParentDirectories(of: path)
            return try OpenFile(creating: path, mode: mode)
        }
    }

    private func rename(_ source: [UInt8], _ target: [UInt8]) -> Int32 {
        withPath(source) { source in withPath(target) { Glibc.rename(source, $0) } }
    }

    /// Removes the damaged file that is open as `file`, and answers the error to throw.
    ///
    /// When another process has put a good file in its place meanwhile, that one stays.
    func discard(_ path: [UInt8], _ file: borrowing OpenFile, _ reason: String) -> StoreError {
        var status = stat()
        if let opened = try? file.status(), withPath(path, { lstat($0, &status) }) == 0,
            status.st_ino == opened.st_ino, status.st_dev == opened.st_dev
        {
            _ = withPath(path) { unlink($0) }
        }
        return StoreError(.corrupt, path: displayText(path), detail: reason)
    }
}

/// The system's clock: seconds since 1970.
package func currentTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return seconds(time)
}

/// Seconds since 1970.
func seconds(_ time: timespec) -> Double {
    Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

extension timespec {
    init(seconds: Double) {
        let whole = seconds.rounded(.down)
        self.init(tv_sec: Int(whole), tv_nsec: Int(((seconds - whole) * 1e9).rounded(.down)))
    }
}
