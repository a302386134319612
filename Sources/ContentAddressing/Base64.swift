// RFC 4648, section 4: the standard alphabet, with padding.

private let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
private let padding = UInt8(ascii: "=")

/// `bytes` in base64, as ASCII.
package func base64(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let count = min(3, bytes.count - start)
        var word: UInt32 = 0
        for offset in 0..<3 {
            word = word << 8 | (offset < count ? UInt32(bytes[start + offset]) : 0)
        }
        for position in 0..<4 {
            let sextet = Int(word >> UInt32(18 - 6 * position)) & 63
            result.append(position <= count ? alphabet[sextet] : padding)
        }
    }
    return result
}

/// The bytes that `text` stands for, or `nil` when it is not canonical base64.
package func decodeBase64(_ text: some Sequence<UInt8>) -> [UInt8]? {
    let text = Array(text)
    guard text.count % 4 == 0 else { return nil }
    let paddingCount = text.reversed().prefix { $0 == padding }.count
    guard paddingCount <= 2 else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(text.count / 4 * 3)
    var word: UInt32 = 0
    for (index, digit) in text.enumerated() {
        if index >= text.count - paddingCount {
            word <<= 6
        } else {
            guard let value = sextet(digit) else { return nil }
            word = word << 6 | value
        }
        if index % 4 == 3 {
            result.append(UInt8(truncatingIfNeeded: word >> 16))
            result.append(UInt8(truncatingIfNeeded: word >> 8))
            result.append(UInt8(truncatingIfNeeded: word))
            word = 0
        }
    }
    let dropped = result.suffix(paddingCount)
    guard dropped.allSatisfy({ $0 == 0 }) else { return nil }
    result.removeLast(paddingCount)
    return result
}

private func sextet(_ digit: UInt8) -> UInt32? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
}
