internal import Glibc

/// The letter of a process's state (proc(5)); `nil` when there is no such process.
func processState(_ pid: pid_t) -> UInt8? {
    let file = open("/proc/\(pid)/stat", O_RDONLY)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
    guard count > 0, let end = bytes.lastIndex(of: UInt8(ascii: ")")), end + 2 < bytes.count else { return nil }
    return bytes[end + 2]
}

/// Whether a process runs; a zombie does not.
func isRunning(_ pid: pid_t) -> Bool {
    switch processState(pid) {
    case nil, UInt8(ascii: "Z"), UInt8(ascii: "X"): false
    default: true
    }
}
