internal import Glibc

/// Where each line of a text begins.
struct LineTable: Sendable {
    /// The offset of the first byte that is not the byte order mark.
    let start: Int
    private let end: Int
    /// Offsets of the first bytes of lines 2, 3, ...
    private let laterStarts: [Int]

    init(of bytes: [UInt8]) {
        start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        end = bytes.count
        laterStarts = bytes.withUnsafeBufferPointer { text in
            var starts: [Int] = []
            // Most lines of the files we read are longer than this, so one allocation is usually enough.
            starts.reserveCapacity(text.count / 24)
            guard let base = text.baseAddress else { return starts }
            var offset = 0
            while offset < text.count, let found = memchr(base + offset, 0x0A, text.count - offset) {
                offset = found - UnsafeMutableRawPointer(mutating: base) + 1
                starts.append(offset)
            }
            return starts
        }
    }

    func position(of offset: Int) -> (line: Int, column: Int) {
        let offset = min(max(offset, start), end)
        // Binary search for the number of starts that are not after the offset.
        var low = 0
        var high = laterStarts.count
        while low < high {
            let middle = (low + high) / 2
            if laterStarts[middle] <= offset { low = middle + 1 } else { high = middle }
        }
        let lineStart = low == 0 ? start : laterStarts[low - 1]
        return (low + 1, offset - lineStart + 1)
    }
}
