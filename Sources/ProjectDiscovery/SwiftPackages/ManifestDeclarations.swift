internal import SwiftSyntax

/// What a manifest declares for its own use: functions, computed properties, and static members of any type.
///
/// Found before anything is evaluated, because a manifest may use a function above its declaration. Overloads, and what
/// the branches of `#if` declare under one name, are kept side by side.
struct ManifestDeclarations {
    private(set) var functions: [String: [FunctionDeclSyntax]] = [:]
    /// The bodies of computed properties.
    private(set) var computed: [String: [CodeBlockItemListSyntax]] = [:]
    /// Names of methods, which are not followed.
    private(set) var methods: Set<String> = []
    private(set) var staticFunctions: [String: [FunctionDeclSyntax]] = [:]
    private(set) var staticValues: [String: [ExprSyntax]] = [:]
    private(set) var staticComputed: [String: [CodeBlockItemListSyntax]] = [:]

    init(_ statements: CodeBlockItemListSyntax) {
        addTop(statements)
    }

    private mutating func addTop(_ statements: CodeBlockItemListSyntax) {
        for statement in statements {
            guard case .decl(let declaration) = statement.item else { continue }
            if let function = declaration.as(FunctionDeclSyntax.self) {
                functions[function.name.text, default: []].append(function)
            } else if let variable = declaration.as(VariableDeclSyntax.self) {
                for binding in variable.bindings {
                    if let (name, body) = Self.getter(binding) { computed[name, default: []].append(body) }
                }
            } else if let group = declaration.asProtocol((any DeclGroupSyntax).self) {
                addMembers(group.memberBlock.members)
            } else if let condition = declaration.as(IfConfigDeclSyntax.self) {
                for clause in condition.clauses {
                    if case .statements(let inner) = clause.elements { addTop(inner) }
                }
            }
        }
    }

    private mutating func addMembers(_ members: MemberBlockItemListSyntax) {
        for member in members {
            if let function = member.decl.as(FunctionDeclSyntax.self) {
                let name = function.name.text
                if Self.isStatic(function.modifiers) {
                    staticFunctions[name, default: []].append(function)
                } else {
                    methods.insert(name)
                }
            } else if let variable = member.decl.as(VariableDeclSyntax.self), Self.isStatic(variable.modifiers) {
                for binding in variable.bindings {
                    if let (name, body) = Self.getter(binding) {
                        staticComputed[name, default: []].append(body)
                    } else if let name = Self.name(binding), let value = binding.initializer?.value {
                        staticValues[name, default: []].append(value)
                    }
                }
            } else if let condition = member.decl.as(IfConfigDeclSyntax.self) {
                for clause in condition.clauses {
                    if case .decls(let inner) = clause.elements { addMembers(inner) }
                }
            }
        }
    }

    private static func isStatic(_ modifiers: DeclModifierListSyntax) -> Bool {
        modifiers.contains { $0.name.text == "static" || $0.name.text == "class" }
    }

    /// The names that a pattern binds, such as `(key, value)`.
    static func names(in pattern: PatternSyntax) -> [String] {
        var names: [String] = []
        var pending = [Syntax(pattern)]
        while let node = pending.popLast() {
            if let name = node.as(IdentifierPatternSyntax.self)?.identifier.text { names.append(name) }
            pending += node.children(viewMode: .sourceAccurate)
        }
        return names
    }

    static func name(_ binding: PatternBindingSyntax) -> String? {
        binding.pattern.as(IdentifierPatternSyntax.self)?.identifier.text
    }

    /// The name and body of a property that is computed when it is asked for.
    private static func getter(_ binding: PatternBindingSyntax) -> (String, CodeBlockItemListSyntax)? {
        guard let name = name(binding), let block = binding.accessorBlock else { return nil }
        switch block.accessors {
        case .getter(let body): return (name, body)
        case .accessors(let accessors):
            let getter = accessors.first { $0.accessorSpecifier.text == "get" }
            return getter?.body.map { (name, $0.statements) }
        }
    }
}
