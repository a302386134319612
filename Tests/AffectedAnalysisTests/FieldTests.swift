import AffectedAnalysis
import GitObjects
import Testing
import WorkspaceModel

@Test("every field of a task's definition has its part in the key, or is left out on purpose")
func fields() {
    let fields = Mirror(reflecting: TaskDefinition(command: "x")).children.compactMap(\.label)
    #expect(Set(fields) == Set(TaskDefinition.keyFields.keys))
}

@Test("the body of a script is part of the key")
func scriptBody() throws {
    let pair = try Pair(npm(["a": []]), npm(["a": []], scripts: #""build": "y""#))
    #expect(try pair.slow().causes("a").contains(.config(path: "packages/a/package.json", field: "build.script")))
}
