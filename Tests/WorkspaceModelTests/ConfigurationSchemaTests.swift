import GitObjects
import Glibc
import Testing
import WorkspaceModel

/// The published schema against the reader. JSON is YAML, so the reader's own parser reads the schema.
@Suite("the schema of ripple.yaml")
struct ConfigurationSchemaTests {
    private static func schema() throws -> YAMLNode {
        let tests = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let path = "/\(tests)/plans/schema/ripple.yaml.schema.json"
        let file = try #require(fopen(path, "r"), "cannot open \(path)")
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return try #require(try YAMLNode.compose(bytes, path: "ripple.yaml.schema.json"))
    }

    private static func value(_ node: YAMLNode, _ path: String...) throws -> YAMLNode {
        var node = node
        for key in path {
            guard case .mapping(let entries) = node.content else { break }
            node = try #require(entries.first { $0.key == key }?.value, "the schema has no \(path)")
        }
        return node
    }

    private static func keys(_ node: YAMLNode) -> [String] {
        guard case .mapping(let entries) = node.content else { return [] }
        return entries.map(\.key)
    }

    @Test(
        "it has the reader's keys and no others, in the reader's order",
        arguments: [
            ("workspace", WorkspaceConfiguration.keys), ("project", ProjectConfiguration.keys),
            ("task", TaskOverride.keys), ("boundary", BoundaryRule.keys),
        ])
    func keysAgree(definition: String, keys: [String]) throws {
        let properties = try Self.value(Self.schema(), "$defs", definition, "properties")
        #expect(Self.keys(properties) == keys)
    }

    @Test("it has the reader's keys of resources")
    func resourceKeysAgree() throws {
        let properties = try Self.value(
            Self.schema(), "$defs", "task", "properties", "resources", "properties")
        #expect(Self.keys(properties) == TaskOverride.resourceKeys)
    }

    @Test("it refuses other keys, and says what each key means")
    func closedAndDescribed() throws {
        let schema = try Self.schema()
        for definition in ["workspace", "project", "task", "boundary"] {
            let node = try Self.value(schema, "$defs", definition)
            let closed = try Self.value(node, "additionalProperties")
            guard case .scalar("false", isPlain: true) = closed.content else {
                Issue.record("\(definition) is open")
                continue
            }
            let properties = try Self.value(node, "properties")
            for key in Self.keys(properties) where key != "version" {
                #expect(Self.keys(try Self.value(properties, key)).contains("description"), "\(definition).\(key)")
            }
        }
    }

    @Test("it lists the reader's words")
    func wordsAgree() throws {
        let sandbox = try Self.value(Self.schema(), "$defs", "task", "properties", "sandbox", "enum")
        guard case .list(let words) = sandbox.content else {
            Issue.record("no list of words")
            return
        }
        let names = words.compactMap { if case .scalar(let text, _) = $0.content { text } else { nil } }
        #expect(names == TaskOverride.Sandbox.allCases.map(\.rawValue))
    }
}
