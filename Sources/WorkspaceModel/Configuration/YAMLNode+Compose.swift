package import GitObjects
internal import Yams

extension YAMLNode {
    /// Reads the one YAML 1.1 document (or JSON) in `bytes`; `nil` when there is nothing but comments.
    ///
    /// Anchors, aliases and merge keys are allowed within `YAMLLimit`. Tags, complex keys and a second document
    /// are not.
    package static func compose(_ bytes: [UInt8], path: RepoPath) throws(ConfigurationError) -> YAMLNode? {
        let source = try YAMLSource(bytes, path: path)
        guard let flat = try parse(source.textWithoutBraces, of: source).root else { return nil }
        // A flow mapping of one entry became a list of a mapping of one entry: two levels for one.
        try checkDepth(of: flat, limit: 2 * YAMLLimit.depth + 1, in: source)
        let (root, parser) = try parse(source.text, of: source)
        guard let root else { return nil }
        var composition = YAMLComposition(source: source)
        let node = try composition.convert(root, depth: 1)
        // The parser owns the anchors that the nodes refer to.
        withExtendedLifetime(parser) {}
        return node.isNull ? nil : node
    }

    private static func parse(
        _ text: String, of source: YAMLSource
    ) throws(ConfigurationError) -> (root: Node?, parser: Parser) {
        do {
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            return (try parser.singleRoot(), parser)
        } catch let error as YamlError {
            throw ConfigurationError(error, in: source)
        } catch {
            throw ConfigurationError(path: source.path, problem: "the file is not valid YAML: \(error)")
        }
    }

    private static func checkDepth(
        of node: Node, limit: Int, in source: YAMLSource
    ) throws(ConfigurationError) {
        guard limit > 0 else {
            let problem = "values are nested more than \(YAMLLimit.depth) levels deep"
            throw source.problem(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, problem)
        }
        switch node {
        case .sequence(let sequence):
            for item in sequence { try checkDepth(of: item, limit: limit - 1, in: source) }
        case .mapping(let mapping):
            for (key, value) in mapping {
                try checkDepth(of: key, limit: limit - 1, in: source)
                try checkDepth(of: value, limit: limit - 1, in: source)
            }
        case .scalar, .alias:
            break
        }
    }
}

extension ConfigurationError {
    /// Says in the user's words what libyaml (through Yams) found wrong.
    fileprivate init(_ error: YamlError, in source: YAMLSource) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let isTag = context?.text.hasSuffix(" a tag") ?? false
            // For these two the mark is where libyaml gave up; the context is where the mistake is.
            let place = isTag || problem == missingColon ? context?.mark ?? mark : mark
            let sentence = ConfigurationError.sentence(problem, isTag: isTag, line: mark.line, mark.column, source)
            self = source.problem(line: place.line, column: place.column, sentence)
        case .duplicatedKeysInMapping(let keys, let context):
            let key = source.restored(keys.first ?? "")
            self = source.problem(
                line: context.mark.line, column: context.mark.column,
                "the key \(quoted(key)) is given more than once. Keep one of them")
        case .reader(let problem, _, _, _), .writer(let problem), .emitter(let problem), .representer(let problem):
            self.init(path: source.path, problem: "the file is not valid YAML: \(problem)")
        case .no, .memory, .dataCouldNotBeDecoded:
            self.init(path: source.path, problem: "the file is not valid YAML")
        }
    }

    private static func sentence(
        _ problem: String, isTag: Bool, line: Int, _ column: Int, _ source: YAMLSource
    ) -> String {
        if source.indentsWithTab(line: line) { return "a tab cannot indent YAML. Use spaces" }
        if isTag { return "a value that begins with '!' must be in quotes: YAML takes it for a tag" }
        switch problem {
        case "did not find expected ',' or ']'", "did not find expected ',' or '}'":
            return "the file is not valid YAML: a '[' or '{' before this is not closed, or a ',' is missing"
        case missingColon:
            return "a ':' must follow this key, or it is text that continues nothing"
        case "but found another document":
            return "the file holds a second document. Remove the '---' and what does not belong here"
        case "mapping values are not allowed in this context":
            return "the file is not valid YAML: a ':' is not expected here. Put text that holds ': ' in quotes"
        case "exceeded max nesting depth limit", "Maximum nesting level reached, set with yaml_set_max_nest_level())":
            return "values are nested more than \(YAMLLimit.depth) levels deep"
        case "found character that cannot start any token":
            guard let scalar = source.scalar(line: line, column: column) else { break }
            return "a value that begins with '\(scalar)' must be in quotes"
        default:
            break
        }
        return "the file is not valid YAML: \(problem)"
    }
}

/// libyaml's words for a line that is neither `key: value` nor part of a value.
private let missingColon = "could not find expected ':'"
