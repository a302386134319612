/// Why a measurement could not be made: a sentence for the person at the terminal.
struct BenchmarkError: Error {
    let message: String

    init(_ message: String) { self.message = message }
}
