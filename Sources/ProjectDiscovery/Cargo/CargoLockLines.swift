/// Reads a Cargo.lock that is laid out as cargo writes it, line by line; anything else is for a TOML parser.
///
/// Written by hand because a lockfile has thousands of entries, and reading them as TOML would take longer than all else
/// that an analysis does. Where this reader answers, its answer is that of the TOML parser.
struct CargoLockLines {
    private enum Table { case top, package, unused, metadata }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var line = 0
    private var packages: [CargoLock.Package] = []
    private var sums: [String: String] = [:]

    /// The packages; `nil` when some line is not as cargo writes it.
    static func packages(in bytes: [UInt8]) -> [CargoLock.Package]? {
        bytes.withUnsafeBufferPointer { buffer in
            var reader = CargoLockLines(bytes: buffer)
            return reader.read() ? CargoLock.withChecksums(reader.sums, reader.packages) : nil
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private mutating func read() -> Bool {
        var table = Table.top, seen: Set<String> = [], hasRoot = false, hasMetadata = false
        while let text = nextLine() {
            guard let first = text.first else { continue }
            if first == UInt8(ascii: "#") {
                guard CargoLockLines.isPlain(text) else { return false }
                continue
            }
            if first == UInt8(ascii: "[") {
                guard table != .package || isComplete(seen) else { return false }
                seen = []
                if text.elementsEqual("[[package]]".utf8) {
                    table = .package
                    packages.append(CargoLock.Package(line: line))
                } else if text.elementsEqual("[root]".utf8), !hasRoot, packages.isEmpty {
                    (table, hasRoot) = (.package, true)
                    packages.append(CargoLock.Package(line: line))
                } else if text.elementsEqual("[[patch.unused]]".utf8) {
                    table = .unused
                } else if text.elementsEqual("[metadata]".utf8), !hasMetadata {
                    (table, hasMetadata) = (.metadata, true)
                } else {
                    return false
                }
                continue
            }
            guard let (key, value) = CargoLockLines.entry(text), seen.insert(key).inserted else { return false }
            switch table {
            case .top:
                guard key == "version", value.allSatisfy({ (0x31...0x39).contains($0) }), value.count == 1 else {
                    return false
                }
            case .metadata:
                guard let sum = CargoLockLines.text(value) else { return false }
                sums[key] = sum
            case .package:
                guard add(key, value) else { return false }
            case .unused:
                if key == "dependencies" {
                    guard value.elementsEqual("[".utf8), list() != nil else { return false }
                } else if CargoLockLines.text(value) == nil {
                    return false
                }
            }
        }
        return table != .package || isComplete(seen)
    }

    private func isComplete(_ seen: Set<String>) -> Bool { seen.contains("name") && seen.contains("version") }

    private mutating func add(_ key: String, _ value: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let last = packages.count - 1
        if key == "dependencies" {
            guard value.elementsEqual("[".utf8), let texts = list() else { return false }
            packages[last].dependencies = texts
            return true
        }
        guard let text = CargoLockLines.text(value) else { return false }
        switch key {
        case "name": packages[last].name = text
        case "version": packages[last].version = text
        case "source": packages[last].source = text
        case "checksum": packages[last].checksum = text
        case "replace": packages[last].replacement = text
        default: return false
        }
        return true
    }

    // MARK: Lines

    /// The next line without its end; a carriage return before that goes too.
    private mutating func nextLine() -> Slice<UnsafeBufferPointer<UInt8>>? {
        guard position < bytes.count else { return nil }
        line += 1
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        var end = position
        let isEnded = position < bytes.count
        position += 1
        if isEnded, end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return bytes[start..<end]
    }

    /// `key = value`; the key may be in quotes.
    private static func entry(
        _ line: Slice<UnsafeBufferPointer<UInt8>>
    ) -> (key: String, value: Slice<UnsafeBufferPointer<UInt8>>)? {
        var end = line.startIndex
        var key: String?
        if line.first == UInt8(ascii: "\"") {
            guard let quote = line.dropFirst().firstIndex(of: UInt8(ascii: "\"")) else { return nil }
            end = quote + 1
            key = text(line[..<end])
        } else {
            while end < line.endIndex, isBare(line[end]) { end += 1 }
            if end > line.startIndex { key = String(decoding: line[..<end], as: UTF8.self) }
        }
        guard let key, end + 3 < line.endIndex, line[end] == UInt8(ascii: " "), line[end + 1] == UInt8(ascii: "="),
            line[end + 2] == UInt8(ascii: " ")
        else { return nil }
        return (key, line[(end + 3)...])
    }

    /// The texts up to the `]`, one a line.
    private mutating func list() -> [String]? {
        var texts: [String] = []
        while let line = nextLine() {
            if line.elementsEqual("]".utf8) { return texts }
            guard line.first == UInt8(ascii: " "), line.last == UInt8(ascii: ","),
                let text = CargoLockLines.text(line.dropFirst().dropLast())
            else { return nil }
            texts.append(text)
        }
        return nil
    }

    /// The text in double quotes, which holds nothing that needs an escape.
    private static func text(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
        let quote = UInt8(ascii: "\"")
        guard value.count >= 2, value.first == quote, value.last == quote else { return nil }
        let content = UnsafeBufferPointer(rebasing: value.dropFirst().dropLast())
        for byte in content where byte < 0x20 || byte > 0x7E || byte == quote || byte == UInt8(ascii: "\\") {
            return nil
        }
        return String(decoding: content, as: UTF8.self)
    }

    /// Whether all of it is printable ASCII.
    private static func isPlain(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        text.allSatisfy { (0x20...0x7E).contains($0) }
    }

    private static func isBare(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
    }
}
