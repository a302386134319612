internal import Crypto

/// The SHA-256 of some bytes: the name of a blob, or a key.
///
/// Held inline in four words, so that thousands of digests cost no allocation. Ordered as its hexadecimal text is.
package struct ContentDigest: Hashable, Sendable {
    private let w0: UInt64
    private let w1: UInt64
    private let w2: UInt64
    private let w3: UInt64

    /// How many bytes a digest has.
    package static let byteCount = 32

    /// Copies `bytes`, which must be 32 long; anything else yields `nil`.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == ContentDigest.byteCount else { return nil }
        self.init(unchecked: bytes)
    }

    package init?(_ bytes: some Collection<UInt8>) {
        let copy = Array(bytes)
        guard let digest = copy.withUnsafeBytes({ ContentDigest($0) }) else { return nil }
        self = digest
    }

    /// Parses 64 hexadecimal digits of either case.
    package init?(hex: some StringProtocol) {
        self.init(hexDigits: hex.utf8)
    }

    /// Parses 64 hexadecimal digits of either case, given as ASCII.
    package init?(hexDigits: some Sequence<UInt8>) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var count = 0
        for digit in hexDigits {
            guard count < 64, let nibble = ContentDigest.nibble(digit) else { return nil }
            switch count >> 4 {
            case 0: words.0 = words.0 << 4 | nibble
            case 1: words.1 = words.1 << 4 | nibble
            case 2: words.2 = words.2 << 4 | nibble
            default: words.3 = words.3 << 4 | nibble
            }
            count += 1
        }
        guard count == 64 else { return nil }
        (w0, w1, w2, w3) = words
    }

    /// `bytes` must be 32 long: callers have checked.
    init(unchecked bytes: UnsafeRawBufferPointer) {
        w0 = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        w1 = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        w2 = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
        w3 = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    }

    /// The digest of `bytes`.
    package static func of(_ bytes: [UInt8]) -> ContentDigest {
        bytes.withUnsafeBytes { of($0) }
    }

    package static func of(_ bytes: UnsafeRawBufferPointer) -> ContentDigest {
        var hasher = StreamingDigest()
        hasher.update(bytes)
        return hasher.finish()
    }

    /// The 32 raw bytes.
    package var bytes: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(ContentDigest.byteCount)
        append(to: &result)
        return result
    }

    /// Appends the 32 raw bytes to `buffer`.
    package func append(to buffer: inout [UInt8]) {
        withUnsafeBytes(of: (w0.bigEndian, w1.bigEndian, w2.bigEndian, w3.bigEndian)) { buffer.append(contentsOf: $0) }
    }

    /// Appends the 64 lowercase hexadecimal digits to `buffer`.
    package func appendHex(to buffer: inout [UInt8]) {
        for word in [w0, w1, w2, w3] {
            for shift in stride(from: UInt64(60), through: 0, by: -4) {
                let nibble = UInt8(truncatingIfNeeded: word >> shift) & 15
                buffer.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
            }
        }
    }

    private static func nibble(_ digit: UInt8) -> UInt64? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(digit - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(digit - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}

extension ContentDigest: Comparable {
    package static func < (left: ContentDigest, right: ContentDigest) -> Bool {
        (left.w0, left.w1, left.w2, left.w3) < (right.w0, right.w1, right.w2, right.w3)
    }
}

extension ContentDigest: CustomStringConvertible {
    /// 64 lowercase hexadecimal digits.
    package var description: String {
        var digits: [UInt8] = []
        digits.reserveCapacity(64)
        appendHex(to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }
}

/// A digest of bytes that arrive in pieces.
package struct StreamingDigest {
    private var hasher = SHA256()

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        hasher.update(bufferPointer: bytes)
    }

    package consuming func finish() -> ContentDigest {
        hasher.finalize().withUnsafeBytes { ContentDigest(unchecked: $0) }
    }
}
