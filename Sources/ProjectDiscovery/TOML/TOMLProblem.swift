/// Why a TOML text was not understood: a sentence without its place, and the line (from 1) when it is known.
struct TOMLProblem: Error, Sendable, Hashable {
    var line: Int?
    var problem: String
}
