import GitObjects
import Testing
import WorkspaceModel

@Suite("ripple.yaml that is wrong")
struct ConfigurationErrorTests {
    static func message(root text: String) -> String? { message(root: Array(text.utf8)) }

    static func message(root bytes: [UInt8]) -> String? {
        do {
            _ = try WorkspaceConfiguration.parse(bytes, path: "ripple.yaml")
            return nil
        } catch {
            return error.message
        }
    }

    static func message(project text: String) -> String? {
        do {
            _ = try ProjectConfiguration.parse(Array(text.utf8), path: "a/ripple.yaml")
            return nil
        } catch {
            return error.message
        }
    }

    @Test("a wrong file at the root is refused with a place and a sentence", arguments: wrongRootFiles)
    func root(text: String, expected: String) {
        #expect(Self.message(root: text) == "ripple.yaml:\(expected)")
    }

    @Test("a wrong file in a project is refused with a place and a sentence", arguments: wrongProjectFiles)
    func project(text: String, expected: String) {
        #expect(Self.message(project: text) == "a/ripple.yaml:\(expected)")
    }

    @Test("a wrong task is refused with a place and a sentence", arguments: wrongTaskFields)
    func task(field: String, expected: String) {
        // The field stands on line 4, from column 5.
        let text = "version: 1\ntasks:\n  build:\n    \(field)\n"
        #expect(Self.message(root: text) == "ripple.yaml:4:\(expected)")
    }

    @Test("bytes that are not UTF-8 are refused with their line")
    func notText() {
        let bytes = Array("version: 1\ndefaultBase: ".utf8) + [0xFF, 0x0A]
        #expect(Self.message(root: bytes) == "ripple.yaml:2: the file is not UTF-8 text")
    }

    @Test("a file over the size limit is refused")
    func tooLarge() {
        let text = "version: 1\n# " + String(repeating: "x", count: 128 * 1024)
        #expect(Self.message(root: text) == "ripple.yaml: the file has 131085 bytes; the limit is 131072")
    }
}

private let wrongRootFiles: [(String, String)] = [
    ("", "1:1: 'version' is missing. Write 'version: 1' as the first line"),
    ("defaultBase: main", "1:1: 'version' is missing. Write 'version: 1' as the first line"),
    ("version: 2", "1:10: version '2' is not supported: this program reads 'version: 1'"),
    ("version:", "1:1: 'version' must be a number. Write 'version: 1'"),
    ("- a", "1:1: the file must be a mapping of keys to values, not a list"),
    ("hello", "1:1: the file must be a mapping of keys to values, not a string"),
    ("version: 1\nprojcts: []", "2:1: unknown key 'projcts'. Did you mean 'projects'?"),
    (
        "version: 1\nzzz: 1",
        "2:1: unknown key 'zzz'. The keys there are boundaries, defaultBase, globalInputs, ignore, projects, rootDependencies, tasks, version"
    ),
    (
        "version: 1\nname: x",
        "2:1: 'name' belongs in the ripple.yaml of a project, not in the one at the workspace root"
    ),
    ("version: 1\ninputs: []", "2:1: 'inputs' belongs in a task. Write it below 'tasks' and the task's name"),
    ("version: 1\nprojects: apps", "2:11: 'projects' must be a list of strings, not a string"),
    ("version: 1\nprojects:", "2:1: 'projects' has no value. Write [] for an empty list, or remove the key"),
    ("version: 1\nignore: [a, [b]]", "2:13: 'ignore' must be a list of strings, but it holds a list"),
    ("version: 1\nignore: [a, ~]", "2:13: 'ignore' must be a list of strings, but it holds an empty entry"),
    ("version: 1\nignore: [a, '']", "2:13: 'ignore' must not hold an empty string"),
    ("version: 1\nignore: ['!']", "2:10: '!' in 'ignore' selects nothing. Write a path or a pattern"),
    (
        "version: 1\nglobalInputs: [../x]",
        "2:16: '../x' in 'globalInputs' holds '..': patterns here begin at the workspace root"
    ),
    ("version: 1\ndefaultBase: -x", "2:14: 'defaultBase' must be a branch or a revision, not '-x'"),
    (
        "version: 1\nrootDependencies: some",
        "2:19: 'rootDependencies' must be all, none or a list of package names such as [typescript, \"@types/*\"], not 'some'"
    ),
    (
        "version: 1\nrootDependencies: [a, {}]",
        "2:23: 'rootDependencies' must be a list of strings, but it holds a mapping"
    ),
    ("version: 1\ndefaultBase: {}", "2:14: 'defaultBase' must be a string, not a mapping"),
    ("version: 1\ntasks: [build]", "2:8: 'tasks' must be a mapping, not a list"),
    (
        "version: 1\ntasks: { 'a#b': {} }",
        "2:10: 'a#b' cannot be the name of a task: it is empty, holds '#' or white space, or begins with '^', '!' or '-'"
    ),
    ("version: 1\ntasks: { build: make }", "2:17: task 'build' must be a mapping. Write it as { command: ... }"),
    ("version: 1\nignore: []\nversion: 1", "1:1: the key 'version' is given more than once. Keep one of them"),
    (
        "version: 1\nignore: [a\n",
        "3:1: the file is not valid YAML: a '[' or '{' before this is not closed, or a ',' is missing"
    ),
    (
        "version: 1\n---\nversion: 1",
        "2:1: the file holds a second document. Remove the '---' and what does not belong here"
    ),
    (
        "version: 1\n<<<<<<< HEAD\nignore: []\n=======\n>>>>>>> other",
        "2:1: the file has merge conflict markers. Finish the merge and remove them"
    ),
    ("version: 1\ntasks:\n\tbuild: {}", "3:1: a tab cannot indent YAML. Use spaces"),
    (
        "version: 1\nignore:\n  - **/*.md",
        "3:5: '**/*.md' must be in quotes: YAML takes a leading '*' for an alias"
    ),
    (
        "version: 1\nignore:\n  - *docs",
        "3:5: '*docs' is an alias, and no anchor '&docs' comes before it. Put text in quotes"
    ),
    (
        "version: 1\nignore:\n  - !**/*.md",
        "3:5: a value that begins with '!' must be in quotes: YAML takes it for a tag"
    ),
    (
        "version: 1\nignore:\n  - !docs",
        "3:5: a value that begins with '!' must be in quotes: YAML takes it for a tag"
    ),
    ("version: 1\nignore: [@a]", "2:10: a value that begins with '@' must be in quotes"),
    (
        "version: 1\n? [a, b]\n: c",
        "2:1: a ':' must follow this key, or it is text that continues nothing"
    ),
    (
        "version: 1\n? a b",
        "2:1: a ':' must follow this key, or it is text that continues nothing"
    ),
    (
        "version: 1\nignore: [? a]",
        "2:10: a leading '?' marks a complex key. Write 'key: value', or put text in quotes"
    ),
    ("version: 1\n[a]: b", "2:1: a key must be text, not a list or a mapping"),
    ("version: &v 1\n*v : 1", "2:1: '*v' cannot be a key without quotes"),
    ("version: 1\ntasks: { a: { <<: b } }", "2:19: '<<' must be followed by a mapping or a list of mappings"),
    (
        "version: 1\ndefaultBase: a: b",
        "2:15: the file is not valid YAML: a ':' is not expected here. Put text that holds ': ' in quotes"
    ),
    ("version: 1\ndefaultBase: \u{7}", "2:14: the character U+0007 is not allowed in YAML. Remove it"),
]

private let wrongProjectFiles: [(String, String)] = [
    ("projects: []", "1:1: 'projects' belongs in the ripple.yaml at the workspace root"),
    ("version: '2'", "1:10: version '2' is not supported: this program reads 'version: 1'"),
    ("type: root", "1:7: 'type' must be app or library, not 'root'"),
    ("type: librry", "1:7: 'type' must be app or library, not 'librry'. Did you mean 'library'?"),
    (
        "name: a#b",
        "1:7: 'a#b' cannot be the name of a project: it holds '#', a line break or white space at an end, "
            + "or begins with '^' or '-'"
    ),
    ("name: ''", "1:7: 'name' must not be empty"),
    ("name:", "1:1: 'name' has no value. It must be a string; or remove the key"),
    ("dependsOn:\n- a\n- ' '", "3:3: ' ' in 'dependsOn' is not the name or path of a project"),
    ("dependsOn: { a: b }", "1:12: 'dependsOn' must be a list of strings, not a mapping"),
]

private let wrongTaskFields: [(String, String)] = [
    ("imputs: []", "5: unknown key 'imputs' in task 'build'. Did you mean 'inputs'?"),
    ("cpus: 1", "5: 'cpus' belongs under 'resources' of task 'build'"),
    ("outputs: { a: b }", "14: 'outputs' must be a list of strings, not a mapping"),
    ("outputs: [/tmp/x]", "15: '/tmp/x' in 'outputs' begins with '/': an output must lie inside its project"),
    ("outputs: [a/../../b]", "15: 'a/../../b' in 'outputs' holds '..': an output must lie inside its project"),
    ("outputs: ['!a']", "14: 'outputs' only excludes, so it selects nothing. Begin with a pattern such as \"**/*\""),
    (
        "inputs: [../b]",
        "14: '../b' in 'inputs' holds '..': name a file outside the project from the workspace root, with a leading '/'"
    ),
    ("inputs: ['!']", "14: '!' in 'inputs' selects nothing. Write a path or a pattern"),
    ("inputs: [/]", "14: '/' in 'inputs' selects nothing. Write a path or a pattern"),
    ("inputs:", "5: 'inputs' has no value. Write [] for an empty list, or remove the key"),
    ("env: [A=b]", "11: 'A=b' in 'env' holds '=': write the name only, without a value"),
    (
        "env: [2A]",
        "11: '2A' in 'env' is not the name of an environment variable: use letters, digits and '_', "
            + "not beginning with a digit"
    ),
    (
        "passThroughEnv: [A-B]",
        "22: 'A-B' in 'passThroughEnv' is not the name of an environment variable: use letters, digits and '_', "
            + "not beginning with a digit"
    ),
    ("dependsOn: ['^']", "17: '^' in 'dependsOn' is not a task: write TASK, ^TASK or PROJECT#TASK"),
    ("dependsOn: ['#build']", "17: '#build' in 'dependsOn' is not a task: write TASK, ^TASK or PROJECT#TASK"),
    ("dependsOn: ['web#']", "17: 'web#' in 'dependsOn' is not a task: write TASK, ^TASK or PROJECT#TASK"),
    ("dependsOn: ['^^build']", "17: '^^build' in 'dependsOn' is not a task: write TASK, ^TASK or PROJECT#TASK"),
    ("cache: yes", "12: 'cache' must be true or false, not 'yes'"),
    ("cache: 'true'", "12: 'cache' must be true or false without quotes"),
    ("cache: []", "12: 'cache' must be true or false, not a list"),
    (
        "timeout: 10 minutes",
        "14: 'timeout' must be a duration such as 90s, 10m, 1h30m or 500ms, or a number of seconds, not '10 minutes'"
    ),
    (
        "timeout: 30m1h",
        "14: 'timeout' must be a duration such as 90s, 10m, 1h30m or 500ms, or a number of seconds, not '30m1h'"
    ),
    (
        "timeout: -1",
        "14: 'timeout' must be a duration such as 90s, 10m, 1h30m or 500ms, or a number of seconds, not '-1'"
    ),
    ("timeout: 0", "14: 'timeout' must be longer than zero. Remove the key for no limit"),
    ("retries: 1.5", "14: 'retries' must be a whole number from 0 to 100, not '1.5'"),
    ("retries: 101", "14: 'retries' must be a whole number from 0 to 100, not '101'"),
    ("sandbox: input", "14: 'sandbox' must be none, inputs or image, not 'input'. Did you mean 'inputs'?"),
    ("image: 'a '", "12: 'image' must not begin or end with white space"),
    ("resources: 4", "16: 'resources' must be a mapping, not a string"),
    ("resources: { cpu: 4 }", "18: unknown key 'cpu' in 'resources' of task 'build'. Did you mean 'cpus'?"),
    ("resources: { cpus: 0 }", "24: 'cpus' must be a number above zero, not '0'"),
    (
        "resources: { memory: 4Q }",
        "26: 'memory' must be a size such as 512MiB, 2GiB or 4G, or a number of bytes, not '4Q'"
    ),
    (
        "resources: { memory: 99999999T }",
        "26: 'memory' must be a size such as 512MiB, 2GiB or 4G, or a number of bytes, not '99999999T'"
    ),
    ("toolchain: node", "16: 'toolchain' must be a list of strings, not a string"),
    ("command: ''", "14: 'command' must not be empty"),
    ("command: [a]", "14: 'command' must be a string, not a list"),
]
