/// Text that compresses and differs like source code does.
struct SourceText {
    private static let words = [
        "account", "basket", "cache", "delivery", "event", "filter", "gateway", "handler", "index", "journal", "kernel",
        "layout", "message", "network", "order", "payment", "query", "request", "session", "token", "upload", "vector",
        "widget", "zone",
    ]

    /// A TypeScript file of about `lines` lines.
    static func module(_ lines: Int, _ generator: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0..<lines {
            let bits = generator.next()
            let first = words[Int(bits & 0xFFFF) % words.count], second = words[Int(bits >> 16 & 0xFFFF) % words.count]
            text +=
                "export const \(first)\(bits >> 48) = (\(second): string) => \(second) + \"\(bits >> 32 & 0xFFFF)\";\n"
        }
        return text
    }
}
