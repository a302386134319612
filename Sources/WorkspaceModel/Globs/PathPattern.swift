/// A pattern without braces: what each component of a path must be.
struct PathPattern: Sendable {
    enum Step: Sendable {
        /// Any number of components, none included.
        case anyDepth
        /// Exactly one component.
        case name(NamePattern)
    }

    /// The rules for the last component are already worked in, so a path matches when the steps match all of it.
    let steps: [Step]
    /// Bit `n`: when `steps[..<n]` have matched a directory, every file below it matches.
    let completeStates: UInt64

    /// The states of a match fit the bits of a word.
    static let stepLimit = 62

    /// - Parameter bytes: a pattern after brace expansion and without its `!`.
    init(_ bytes: [UInt8]) throws(PatternProblem) {
        if bytes.isEmpty { throw PatternProblem(text: "one of its alternatives is empty") }
        if bytes.first == UInt8(ascii: "/") { throw PatternProblem(text: "it may not begin with '/' here") }
        var steps: [Step] = []
        for component in bytes.split(separator: UInt8(ascii: "/")) where !component.elementsEqual(".".utf8) {
            if component.elementsEqual("**".utf8) {
                if case .anyDepth? = steps.last { continue }
                steps.append(.anyDepth)
            } else {
                let name = try NamePattern(component)
                if case .literal(let literal) = name, literal.elementsEqual("..".utf8) {
                    throw PatternProblem(text: "'..' leaves its project")
                }
                steps.append(.name(name))
            }
        }
        Self.finish(&steps, isDirectory: bytes.last == UInt8(ascii: "/"))
        if steps.count > Self.stepLimit { throw PatternProblem(text: "it has too many components") }
        self.steps = steps
        completeStates = steps.indices.reduce(into: 0) { states, state in
            if Self.matchEverything(steps[state...]) { states |= 1 << UInt64(state) }
        }
    }

    /// Spells out what the end of a pattern means: `a` is `a` and all below it, `a/` and `a/**` are at least one
    /// component below `a`.
    private static func finish(_ steps: inout [Step], isDirectory: Bool) {
        switch steps.last {
        case .name(.literal) where !isDirectory:
            steps.append(.anyDepth)
        case .name where !isDirectory:
            break
        default:
            if case .anyDepth? = steps.last { steps.removeLast() }
            steps.append(.name(.anything))
            steps.append(.anyDepth)
        }
    }

    /// Whether the steps match every path of one component or more.
    private static func matchEverything(_ steps: ArraySlice<Step>) -> Bool {
        var depths = 0
        var names = 0
        for step in steps {
            switch step {
            case .anyDepth: depths += 1
            case .name(.anything): names += 1
            case .name: return false
            }
        }
        return depths > 0 && names <= 1
    }

    /// The literal components that every match lies strictly below.
    var literalDirectory: [[UInt8]] {
        var directory: [[UInt8]] = []
        for step in steps {
            guard case .name(.literal(let name)) = step else { break }
            directory.append(name)
        }
        // All literal but the depth at the end: the last component may be the file itself.
        if directory.count == steps.count - 1, case .anyDepth? = steps.last { directory.removeLast() }
        return directory
    }
}
