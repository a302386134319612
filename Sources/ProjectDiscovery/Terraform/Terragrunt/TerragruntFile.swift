/// A configuration file of Terragrunt: https://terragrunt.gruntwork.io/docs/reference/hcl/ (0.80).
struct TerragruntFile: Sendable {
    /// What is named by an expression, by the name of the attribute.
    struct Named: Sendable {
        var attribute: HCLBody.Attribute
        /// Whether the attribute is for a path: a source, an included or a read configuration, or another unit.
        var isPath: Bool
    }

    var locals: [String: [HCLToken]] = [:]
    var named: [Named] = []
    /// Whether it says itself what is deployed, so that it is a unit and not only a part of others.
    var hasSource = false

    static let unitNames = ["terragrunt.hcl", "terragrunt.stack.hcl"]

    init(parsing bytes: [UInt8]) throws(HCLProblem) {
        let body = try HCLBody(parsing: bytes)
        for block in body.blocks where block.type == "locals" {
            for attribute in block.body.attributes { locals[attribute.name] = attribute.expression }
        }
        for block in body.blocks {
            let paths: Set<String> =
                switch block.type {
                case "terraform", "unit", "stack": ["source"]
                case "include": ["path"]
                case "dependency": ["config_path"]
                case "dependencies": ["paths"]
                default: []
                }
            if paths.contains("source"), block.body.attribute("source") != nil { hasSource = true }
            named += block.body.allAttributes.map { Named(attribute: $0, isPath: paths.contains($0.name)) }
        }
        named += body.attributes.map { Named(attribute: $0, isPath: false) }
    }
}
