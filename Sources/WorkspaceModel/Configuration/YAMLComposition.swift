internal import Yams

/// Turns what Yams composed into `YAMLNode`s: resolves aliases within bounds, merges `<<`, refuses tags and keys that
/// are not text.
struct YAMLComposition {
    let source: YAMLSource
    private var anchors: [String: YAMLNode] = [:]
    private var values = 0

    init(source: YAMLSource) {
        self.source = source
    }

    /// Converts one node. The parser that made it must still be alive: nodes hold their anchors weakly.
    mutating func convert(_ node: Node, depth: Int) throws(ConfigurationError) -> YAMLNode {
        let mark = YAMLPlace(node.mark) ?? YAMLPlace(line: 1, column: 1)
        guard depth <= YAMLLimit.depth else {
            throw problem(mark, "values are nested more than \(YAMLLimit.depth) levels deep")
        }
        if case .scalar(let scalar) = node, scalar.style == .plain, scalar.string.unicodeScalars.first == source.star {
            return try alias(scalar, mark: mark)
        }
        try count(1, at: mark)
        let result: YAMLNode
        switch node {
        case .scalar(let scalar):
            result = try text(scalar, mark: mark)
        case .sequence(let sequence):
            try refuseTag(sequence.tag, isPlain: true, mark: mark)
            var items: [YAMLNode] = [], weight = 1
            items.reserveCapacity(sequence.count)
            for item in sequence {
                let converted = try convert(item, depth: depth + 1)
                weight += converted.weight
                items.append(converted)
            }
            result = YAMLNode(content: .list(items), line: mark.line, column: mark.column, weight: weight)
        case .mapping(let mapping):
            try refuseTag(mapping.tag, isPlain: true, mark: mark)
            result = try entries(of: mapping, mark: mark, depth: depth)
        case .alias:
            // Yams resolves aliases itself and never returns one, and none reached it.
            throw problem(mark, "an alias cannot be read here")
        }
        if let anchor = node.anchor { anchors[anchor.rawValue] = result }
        return result
    }

    private func text(_ scalar: Node.Scalar, mark: YAMLPlace) throws(ConfigurationError) -> YAMLNode {
        let isPlain = scalar.style == .plain
        try refuseTag(scalar.tag, isPlain: isPlain, mark: mark)
        if isPlain { try refuseComplexKey(scalar.string, mark: mark) }
        return YAMLNode(
            content: .scalar(source.restored(scalar.string), isPlain: isPlain), line: mark.line, column: mark.column,
            weight: 1)
    }

    private mutating func alias(_ scalar: Node.Scalar, mark: YAMLPlace) throws(ConfigurationError) -> YAMLNode {
        let text = source.restored(scalar.string)
        let name = text.dropFirst()
        guard !name.isEmpty, name.utf8.allSatisfy({ isWordByte($0) || $0 == UInt8(ascii: "-") }) else {
            throw problem(mark, "\(quoted(text)) must be in quotes: YAML takes a leading '*' for an alias")
        }
        guard scalar.anchor == nil, scalar.tag.rawValue.isEmpty else {
            throw problem(mark, "an alias cannot have an anchor or a tag of its own")
        }
        guard let target = anchors[String(name)] else {
            throw problem(
                mark, "\(quoted(text)) is an alias, and no anchor '&\(name)' comes before it. Put text in quotes")
        }
        try count(target.weight, at: mark)
        // The place is that of the alias: a message about the value then points to where it is used.
        return YAMLNode(content: target.content, line: mark.line, column: mark.column, weight: target.weight)
    }

    private mutating func entries(
        of mapping: Node.Mapping, mark: YAMLPlace, depth: Int
    ) throws(ConfigurationError) -> YAMLNode {
        var own: [YAMLEntry] = [], merged: [YAMLEntry] = [], weight = 1
        own.reserveCapacity(mapping.count)
        for (key, value) in mapping {
            let keyMark = YAMLPlace(key.mark) ?? mark
            guard case .scalar(let name) = key else {
                throw problem(keyMark, "a key must be text, not a list or a mapping")
            }
            if name.style == .plain { try refuseComplexKey(name.string, mark: keyMark) }
            guard name.string.unicodeScalars.first != source.star || name.style != .plain else {
                throw problem(keyMark, "\(quoted(source.restored(name.string))) cannot be a key without quotes")
            }
            guard ["", Tag.Name.str.rawValue].contains(name.tag.rawValue) else {
                throw problem(keyMark, "a key cannot have a tag")
            }
            let converted = try convert(value, depth: depth + 1)
            weight += converted.weight
            if name.style == .plain, name.string == "<<" {
                merged = try self.merged(converted)
            } else {
                let text = source.restored(name.string)
                own.append(YAMLEntry(key: text, line: keyMark.line, column: keyMark.column, value: converted))
            }
        }
        if !merged.isEmpty {
            let names = Set(own.map(\.key))
            own = merged.filter { !names.contains($0.key) } + own
        }
        return YAMLNode(content: .mapping(own), line: mark.line, column: mark.column, weight: weight)
    }

    /// The entries that a merge key (`<<`, YAML 1.1) brings in: of one mapping, or of several, the first winning.
    private func merged(_ value: YAMLNode) throws(ConfigurationError) -> [YAMLEntry] {
        let wrong = "'<<' must be followed by a mapping or a list of mappings"
        switch value.content {
        case .mapping(let entries):
            return entries
        case .list(let items):
            var result: [YAMLEntry] = [], names: Set<String> = []
            for item in items {
                guard case .mapping(let entries) = item.content else {
                    throw source.problem(line: item.line, column: item.column, wrong)
                }
                for entry in entries where names.insert(entry.key).inserted { result.append(entry) }
            }
            return result
        case .scalar:
            throw source.problem(line: value.line, column: value.column, wrong)
        }
    }

    /// Refuses `? key`, which arrives as a plain scalar because `?` was replaced.
    private func refuseComplexKey(_ text: String, mark: YAMLPlace) throws(ConfigurationError) {
        var scalars = text.unicodeScalars.makeIterator()
        guard scalars.next() == source.question else { return }
        let second = scalars.next()
        guard second == nil || second == " " else { return }
        throw problem(mark, "a leading '?' marks a complex key. Write 'key: value', or put text in quotes")
    }

    /// Refuses tags. Yams gives quoted text the tag for strings; on plain text that tag was written.
    private func refuseTag(_ tag: Tag, isPlain: Bool, mark: YAMLPlace) throws(ConfigurationError) {
        let name = tag.rawValue
        guard name.isEmpty || (!isPlain && name == Tag.Name.str.rawValue) else {
            throw problem(mark, "a value that begins with '!' must be in quotes: YAML takes it for a tag")
        }
    }

    private mutating func count(_ added: Int, at mark: YAMLPlace) throws(ConfigurationError) {
        values += added
        guard values <= YAMLLimit.values else {
            throw problem(mark, "the file holds more than \(YAMLLimit.values) values when its aliases are resolved")
        }
    }

    private func problem(_ mark: YAMLPlace, _ text: String) -> ConfigurationError {
        source.problem(line: mark.line, column: mark.column, text)
    }
}

/// A place in a document, counted from 1.
private struct YAMLPlace {
    let line: Int
    let column: Int

    init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    init?(_ mark: Mark?) {
        guard let mark else { return nil }
        self.init(line: mark.line, column: mark.column)
    }
}
