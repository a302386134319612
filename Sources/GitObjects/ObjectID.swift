/// The id of a git object: 20 bytes of SHA-1 or 32 of SHA-256.
///
/// Held inline in four words, so that millions of ids cost no allocation. Ordered as the hexadecimal text is.
package struct ObjectID: Hashable, Sendable {
    private let w0: UInt64
    private let w1: UInt64
    private let w2: UInt64
    private let w3: UInt64
    /// How many bytes the id has: 20 or 32.
    package let byteCount: UInt8

    /// Copies `bytes`, which must be 20 or 32 long; anything else yields `nil`.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 20 || bytes.count == 32 else { return nil }
        self.init(unchecked: bytes)
    }

    package init?(_ bytes: [UInt8]) {
        guard let id = bytes.withUnsafeBytes({ ObjectID($0) }) else { return nil }
        self = id
    }

    /// Parses 40 or 64 hexadecimal digits of either case.
    package init?(hex: some StringProtocol) {
        let digits = Array(hex.utf8)
        guard digits.count == 40 || digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = ObjectID.nibble(digits[index]), let low = ObjectID.nibble(digits[index + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        self.init(bytes)
    }

    /// `bytes` must be 20 or 32 long: callers have checked.
    init(unchecked bytes: UnsafeRawBufferPointer) {
        w0 = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        w1 = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        if bytes.count == 20 {
            w2 = UInt64(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))) << 32
            w3 = 0
        } else {
            w2 = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
            w3 = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
        }
        byteCount = UInt8(bytes.count)
    }

    /// The raw bytes, `byteCount` of them.
    package var bytes: [UInt8] {
        var result: [UInt8] = []
        append(to: &result)
        return result
    }

    /// Appends the raw bytes to `buffer`.
    package func append(to buffer: inout [UInt8]) {
        withUnsafeBytes(of: (w0.bigEndian, w1.bigEndian, w2.bigEndian, w3.bigEndian)) {
            buffer.append(contentsOf: $0.prefix(Int(byteCount)))
        }
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension ObjectID: Comparable {
    package static func < (left: ObjectID, right: ObjectID) -> Bool {
        (left.w0, left.w1, left.w2, left.w3) < (right.w0, right.w1, right.w2, right.w3)
    }
}

extension ObjectID: CustomStringConvertible {
    /// Lowercase hexadecimal.
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        let bytes = self.bytes
        return String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
            for (index, byte) in bytes.enumerated() {
                buffer[index * 2] = digits[Int(byte >> 4)]
                buffer[index * 2 + 1] = digits[Int(byte & 15)]
            }
            return bytes.count * 2
        }
    }
}
