/// Emphasis for a terminal, or none.
package struct TextStyle: Sendable {
    package let usesColor: Bool

    package init(usesColor: Bool) {
        self.usesColor = usesColor
    }

    package func strong(_ text: String) -> String { wrap("1", text) }
    package func faint(_ text: String) -> String { wrap("2", text) }
    package func good(_ text: String) -> String { wrap("32", text) }
    package func bad(_ text: String) -> String { wrap("31", text) }
    package func note(_ text: String) -> String { wrap("33", text) }

    private func wrap(_ code: String, _ text: String) -> String {
        usesColor ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

/// Seconds as people read them: `35 ms`, `1.3 s`, `12 s`, `3 m 05 s`, `1 h 10 m`.
package func durationText(_ seconds: Double) -> String {
    if seconds < 0.9995 { return "\(Int((max(0, seconds) * 1000).rounded())) ms" }
    if seconds < 9.95 {
        let tenths = Int((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    if whole < 3600 { return "\(whole / 60) m \(two(whole % 60)) s" }
    return "\(whole / 3600) h \(two(whole % 3600 / 60)) m"
}

/// `1 task`, `3 tasks`.
package func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
