internal import Glibc

/// The bytes of a file; none when it cannot be read.
func readBytes(_ path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var status = stat()
    fstat(descriptor, &status)
    let size = Int(status.st_size)
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        while count < size {
            let got = read(descriptor, buffer.baseAddress?.advanced(by: count), size - count)
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { return }
            count += got
        }
    }
}

func readText(_ path: String) -> String {
    String(decoding: readBytes(path), as: UTF8.self)
}

/// Makes `path` hold exactly `text`; the directory must exist.
func writeText(_ path: String, _ text: String) throws(BenchmarkError) {
    var file = try FileWriter(path)
    file.write(text)
    try file.finish()
}

/// Makes the directory and those above it.
func makeDirectory(_ path: String) throws(BenchmarkError) {
    var status = stat()
    if stat(path, &status) == 0 { return }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex { try makeDirectory(String(path[..<slash])) }
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
        throw BenchmarkError("\(path) cannot be made: \(String(cString: strerror(errno))).")
    }
}

func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// A file written through a buffer, so that a large one never lies in memory.
struct FileWriter: ~Copyable {
    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var problem: Int32 = 0

    init(_ path: String) throws(BenchmarkError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw BenchmarkError("\(path) cannot be written: \(String(cString: strerror(errno))).")
        }
        buffer.reserveCapacity(1 << 20)
    }

    mutating func write(_ text: String) {
        buffer += text.utf8
        if buffer.count >= 1 << 19 { flush() }
    }

    private mutating func flush() {
        var offset = 0
        while offset < buffer.count, problem == 0 {
            let count = buffer.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
            }
            if count < 0 {
                if errno != EINTR { problem = errno }
            } else {
                offset += count
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Writes what is left and closes; a write that failed earlier is reported here.
    consuming func finish() throws(BenchmarkError) {
        flush()
        if close(descriptor) != 0, problem == 0 { problem = errno }
        guard problem == 0 else {
            throw BenchmarkError("\(path) cannot be written: \(String(cString: strerror(problem))).")
        }
    }
}
