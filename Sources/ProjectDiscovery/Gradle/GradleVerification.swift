/// Dependency verification (gradle/verification-metadata.xml): the checksums and signatures that components must have.
struct GradleVerification: Sendable {
    struct Component: Sendable {
        /// `group:name:version`.
        var coordinates: String
        var text: String
        var line: Int
    }

    var components: [Component]
    /// What holds for all components: the settings, with trusted artifacts and keys.
    var settings: (text: String, line: Int)?

    init(parsing bytes: [UInt8]) throws(XMLProblem) {
        let root = try XMLReader.parse(bytes)
        guard root.name == "verification-metadata" else {
            throw XMLProblem(
                line: root.line, problem: "the root element is <\(root.name)>, not <verification-metadata>")
        }
        settings = root["configuration"].map { (GradleVerification.text($0), $0.line) }
        components = []
        for node in root.list("components", "component") {
            let names = ["group", "name", "version"].map { node.attributes[$0] ?? "" }
            components.append(
                Component(
                    coordinates: names.joined(separator: ":"), text: GradleVerification.text(node), line: node.line))
        }
    }

    /// The element as text with the attributes that decide; `origin` and `reason` are for people.
    private static func text(_ node: XMLNode) -> String {
        let attributes = node.attributes.filter { $0.key != "origin" && $0.key != "reason" }
            .map { "\($0.key)=\($0.value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\"" }.sorted()
        let inside = node.children.map(text).joined()
        return "<\(node.name) \(attributes.joined(separator: " "))>\(node.text)\(inside)</>"
    }
}
