/// Writes out the `{a,b}` of a pattern: one pattern for each choice, in order. Escapes and sets stay as they are.
struct BraceExpansion {
    /// The most patterns that one pattern may become.
    static let alternativeLimit = 1024
    static let nestingLimit = 32

    private let bytes: [UInt8]
    private var at = 0

    static func expand(_ bytes: [UInt8]) throws(PatternProblem) -> [[UInt8]] {
        guard bytes.contains(UInt8(ascii: "{")) else { return [bytes] }
        var expansion = BraceExpansion(bytes: bytes)
        return try expansion.sequence(depth: 0)
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads to the end, or inside braces to the `,` or `}` that ends the choice.
    private mutating func sequence(depth: Int) throws(PatternProblem) -> [[UInt8]] {
        var results: [[UInt8]] = [[]]
        var copied = at
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: ",") where depth > 0, UInt8(ascii: "}") where depth > 0:
                Self.append(bytes[copied..<at], to: &results)
                return results
            case UInt8(ascii: "\\"):
                at = min(at + 2, bytes.count)
            case UInt8(ascii: "["):
                at = try NamePattern.endOfSet(in: bytes[...], from: at)
            case UInt8(ascii: "{"):
                Self.append(bytes[copied..<at], to: &results)
                let choices = try choices(depth: depth + 1)
                copied = at
                guard results.count * choices.count <= Self.alternativeLimit else { throw Self.tooMany }
                results = results.flatMap { result in choices.map { result + $0 } }
            default:
                at += 1
            }
        }
        Self.append(bytes[copied..<at], to: &results)
        return results
    }

    /// Reads from a `{` to after its `}`.
    private mutating func choices(depth: Int) throws(PatternProblem) -> [[UInt8]] {
        guard depth <= Self.nestingLimit else { throw PatternProblem(text: "its braces are nested too deeply") }
        let start = at + 1
        var isSingle = true
        var choices: [[UInt8]] = []
        while true {
            at += 1
            choices += try sequence(depth: depth)
            guard choices.count <= Self.alternativeLimit else { throw Self.tooMany }
            guard at < bytes.count else {
                throw PatternProblem(text: "the '{' is never closed; a name that holds one is written '\\{'")
            }
            if bytes[at] == UInt8(ascii: "}") { break }
            isSingle = false
        }
        if isSingle, bytes[start..<at].isRange {
            throw PatternProblem(text: "ranges such as '{1..3}' are not supported; write '{1,2,3}'")
        }
        at += 1
        return choices
    }

    private static func append(_ bytes: ArraySlice<UInt8>, to results: inout [[UInt8]]) {
        guard !bytes.isEmpty else { return }
        for index in results.indices { results[index].append(contentsOf: bytes) }
    }

    private static let tooMany = PatternProblem(text: "its braces make more than \(alternativeLimit) alternatives")
}

extension ArraySlice<UInt8> {
    /// Whether this, alone between braces, is what shells read as a range: `1..3`.
    fileprivate var isRange: Bool {
        !contains(UInt8(ascii: "/")) && zip(self, dropFirst()).contains { $0 == UInt8(ascii: ".") && $1 == $0 }
    }
}
