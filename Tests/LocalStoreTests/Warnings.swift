import Synchronization

/// The sentences a store warned with.
final class Warnings: Sendable {
    private let sentences = Mutex<[String]>([])

    var all: [String] { sentences.withLock { $0 } }
    var sink: @Sendable (String) -> Void { { sentence in self.sentences.withLock { $0.append(sentence) } } }
}
