/// A solution file: the projects it lists and which of them must be built before others.
///
/// Formats: learn.microsoft.com/visualstudio/extensibility/internals/solution-dot-sln-file (.sln), and
/// github.com/microsoft/vs-solutionpersistence (.slnx).
struct DotNetSolution: Sendable {
    struct Project: Sendable {
        /// As written, with slashes of either kind.
        var path: String
        var line: Int
        /// What is built before it, by identifier in a .sln, by path in a .slnx.
        var before: [(name: String, line: Int)] = []
        /// Its identifier in a .sln.
        var identifier = ""
    }

    var projects: [Project] = []
    /// What was not understood.
    var problem: XMLProblem?

    /// The projects that must be built before others: paths as written, and the line that says so.
    var order: [(project: String, before: String, line: Int)] {
        var paths: [String: String] = [:]
        for project in projects {
            paths[DotNetSolution.key(project.path)] = project.path
            if !project.identifier.isEmpty { paths[project.identifier] = project.path }
        }
        return projects.flatMap { project in
            project.before.compactMap { name, line in
                paths[DotNetSolution.key(name)].map { (project.path, $0, line) }
            }
        }
    }

    private static func key(_ text: String) -> String { text.lowercased().replacing("\\", with: "/") }

    /// Files larger than this hold no solution.
    private static let largest = 8 << 20

    init(parsing bytes: [UInt8], isXML: Bool) {
        guard bytes.count <= DotNetSolution.largest else {
            problem = XMLProblem(line: nil, problem: "the file is larger than \(DotNetSolution.largest >> 20) MB")
            return
        }
        if isXML { readXML(bytes) } else { readText(bytes) }
    }

    private mutating func readXML(_ bytes: [UInt8]) {
        let root: XMLNode
        do throws(XMLProblem) {
            root = try XMLReader.parse(bytes)
        } catch {
            problem = error
            return
        }
        root.visit { node in
            guard node.name == "Project", let path = node.attributes["Path"] else { return }
            let before = node.all("BuildDependency").compactMap { child in
                child.attributes["Project"].map { ($0, child.line) }
            }
            projects.append(Project(path: path, line: node.line, before: before))
        }
    }

    /// A line that is not understood is passed over: the lists are the same on both sides of a merge conflict or longer.
    private mutating func readText(_ bytes: [UInt8]) {
        let text = DotNetSolution.decoded(bytes)
        var isOrder = false, hasHeader = false
        // A carriage return and a line feed are one character.
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = MSBuildScanner.trimmed(line)
            if line.hasPrefix("Microsoft Visual Studio Solution File") { hasHeader = true }
            if line.hasPrefix("<<<<<<<"), problem == nil {
                problem = XMLProblem(line: index + 1, problem: "it has merge conflict markers: both sides count")
            }
            if line.hasPrefix("Project(") {
                let quoted = line.split(separator: "\"", omittingEmptySubsequences: false)
                guard quoted.count > 7 else { continue }
                projects.append(
                    Project(path: String(quoted[5]), line: index + 1, identifier: quoted[7].lowercased()))
            } else if line.hasPrefix("ProjectSection(ProjectDependencies)") {
                isOrder = true
            } else if line.hasPrefix("EndProject") {
                isOrder = false
            } else if isOrder, !projects.isEmpty, let name = line.split(separator: "=").first {
                projects[projects.count - 1].before.append((MSBuildScanner.trimmed(name).lowercased(), index + 1))
            }
        }
        if !hasHeader, problem == nil {
            problem = XMLProblem(line: 1, problem: "the line 'Microsoft Visual Studio Solution File' is missing")
        }
    }

    /// The text of a file in UTF-8, or in UTF-16 with a byte order mark.
    static func decoded(_ bytes: [UInt8]) -> String {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return String(decoding: bytes.dropFirst(3), as: UTF8.self) }
        let isLittle = bytes.starts(with: [0xFF, 0xFE])
        guard isLittle || bytes.starts(with: [0xFE, 0xFF]) else { return String(decoding: bytes, as: UTF8.self) }
        let units = stride(from: 2, to: bytes.count - 1, by: 2).map { at -> UInt16 in
            let high = UInt16(bytes[isLittle ? at + 1 : at]), low = UInt16(bytes[isLittle ? at : at + 1])
            return high << 8 | low
        }
        return String(decoding: units, as: UTF16.self)
    }
}
