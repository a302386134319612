internal import Foundation
internal import Testing

extension Finished {
    /// Expects that the program refused: the exit code, nothing on standard output, and an error that names `words`
    /// in sentences, without a trace of the program's insides.
    func expectRefusal(_ code: Int32, naming words: String..., location: SourceLocation = #_sourceLocation) {
        #expect(self.code == code, "\(summary)", sourceLocation: location)
        #expect(output.isEmpty, "\(summary)", sourceLocation: location)
        for word in words { #expect(errorText.contains(word), "\(word) in:\n\(summary)", sourceLocation: location) }
        for trace in [
            "Fatal error", "Stack dump", "Current stack trace", ".swift:", "Error(", "Optional(", "Program crashed",
        ] {
            #expect(!errorText.contains(trace), "\(summary)", sourceLocation: location)
        }
        #expect(errorText.lowercased().hasPrefix("error: "), "\(summary)", sourceLocation: location)
    }
}
