/// How far some patterns have matched the directories from the workspace root down to here.
struct PatternProgress {
    let patterns: [WorkspacePattern]
    /// Whether wild parts match names that start with a dot: exclusions do, inclusions do not.
    let seesHidden: Bool
    /// Pattern and component reached; a pattern with `**` can be at several places.
    private(set) var places: [(pattern: Int, component: Int)] = []

    init(_ patterns: [WorkspacePattern], seesHidden: Bool) {
        self.patterns = patterns
        self.seesHidden = seesHidden
        for index in patterns.indices { add(index, 0) }
    }

    private mutating func add(_ pattern: Int, _ component: Int) {
        guard !places.contains(where: { $0 == (pattern, component) }) else { return }
        places.append((pattern, component))
        let components = patterns[pattern].components
        if component < components.count, components[component] == .anyDirectories { add(pattern, component + 1) }
    }

    /// The progress in the directory called `name` below this one.
    func entering(_ name: ArraySlice<UInt8>) -> PatternProgress {
        var next = self
        next.places.removeAll(keepingCapacity: true)
        for (pattern, component) in places where component < patterns[pattern].components.count {
            switch patterns[pattern].components[component] {
            case .literal(let literal): if name.elementsEqual(literal) { next.add(pattern, component + 1) }
            case .anyDirectories: if seesHidden || name.first != UInt8(ascii: ".") { next.add(pattern, component) }
            case .wildcard(let tokens):
                if WorkspacePattern.matches(name, tokens, seesHidden: seesHidden) { next.add(pattern, component + 1) }
            }
        }
        return next
    }

    /// Whether a pattern matches this directory.
    var isMatch: Bool { places.contains { $0.component == patterns[$0.pattern].components.count } }

    /// Whether a pattern may match a directory below this one.
    var mayMatchBelow: Bool { places.contains { $0.component < patterns[$0.pattern].components.count } }

    /// Whether this directory and everything below match: a pattern has only `**` left.
    var matchesEverythingBelow: Bool {
        places.contains { place in
            let components = patterns[place.pattern].components
            return place.component == components.count - 1 && components[place.component] == .anyDirectories
        }
    }

    /// The only names that can lead to a match, or `nil` when a wild part makes any name possible.
    var onlyNames: [[UInt8]]? {
        var names: [[UInt8]] = []
        for (pattern, component) in places where component < patterns[pattern].components.count {
            guard case .literal(let name) = patterns[pattern].components[component] else { return nil }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}
