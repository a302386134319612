/// Why a text is not JSON, and where.
///
/// It does not know the file; the caller adds its name.
package struct JSONSyntaxError: Error, Sendable, Hashable {
    /// From 1.
    package let line: Int
    /// From 1, in bytes.
    package let column: Int
    /// What is wrong, without a capital letter and a full stop: "expected ',' or '}' after the value".
    package let problem: String

    package init(line: Int, column: Int, problem: String) {
        self.line = line
        self.column = column
        self.problem = problem
    }
}

extension JSONSyntaxError: CustomStringConvertible {
    package var description: String { "line \(line), column \(column): \(problem)" }
}
