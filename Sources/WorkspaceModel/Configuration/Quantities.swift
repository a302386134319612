/// The seconds in `1h30m`, `10m`, `90s` or `500ms` (units once each, largest first), or in a plain number of seconds.
///
/// A number may have a fraction (`1.5h`). `nil` for anything else, and for what is longer than a thousand years.
func parseDuration(_ text: String) -> Double? {
    let longest = 1000 * 366 * 86_400.0
    if let seconds = decimal(text[...]) { return seconds <= longest ? seconds : nil }
    let units: [(suffix: String, seconds: Double)] = [("h", 3600), ("m", 60), ("s", 1), ("ms", 0.001)]
    var rest = text[...], next = 0, total = 0.0
    while !rest.isEmpty {
        let number = rest.prefix { $0 == "." || ("0"..."9").contains($0) }
        rest = rest.dropFirst(number.count)
        let suffix = rest.prefix { ("a"..."z").contains($0) }
        rest = rest.dropFirst(suffix.count)
        guard let value = decimal(number), let unit = units.firstIndex(where: { $0.suffix == suffix }), unit >= next
        else { return nil }
        total += value * units[unit].seconds
        next = unit + 1
    }
    return next > 0 && total <= longest ? total : nil
}

/// The bytes in `512MiB`, `2GiB`, `4G` or a plain number.
///
/// `K`, `M`, `G`, `T` (with or without `B`) are powers of 1000; `Ki`, `Mi`, `Gi`, `Ti` (with or without `B`) are powers
/// of 1024. Case does not matter; a fraction (`1.5GiB`) is rounded down. `nil` for anything else.
func parseByteSize(_ text: String) -> Int? {
    let number = text.prefix { $0 == "." || ("0"..."9").contains($0) }
    guard let value = decimal(number) else { return nil }
    var unit = text.dropFirst(number.count).drop { $0 == " " }.lowercased()
    if unit.hasSuffix("b") { unit.removeLast() }
    let base: Double = unit.hasSuffix("i") ? 1024 : 1000
    if unit.hasSuffix("i") { unit.removeLast() }
    let powers = ["k": 1, "m": 2, "g": 3, "t": 4]
    guard let power = unit.isEmpty && base == 1000 ? 0 : powers[unit] else { return nil }
    var bytes = value
    for _ in 0..<power { bytes *= base }
    // Beyond 2^53 a Double no longer counts bytes exactly; no machine has 8 PiB of memory.
    return bytes <= 9_007_199_254_740_992 ? Int(bytes) : nil
}

/// An unsigned decimal number: at most fifteen digits, at most one point, a digit on both sides of it.
func decimal(_ text: Substring) -> Double? {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count <= 2, text.utf8.count <= 16, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else {
        return nil
    }
    return Double(text)
}
