/*
 * Runs the build.gradle scripts of a build as Groovy, without Gradle, and prints which project dependencies they declare:
 * lines of PROJECT, CONFIGURATION and PROJECT, separated by tabs. Whatever else a script asks for is an object that
 * answers everything with itself and is true. Arguments: the root, and a file of lines PATH and DIRECTORY for each project.
 */
import org.codehaus.groovy.control.CompilerConfiguration
import org.codehaus.groovy.control.MultipleCompilationErrorsException

class Nothing implements Iterable, Comparable {
    Nothing() {}
    Nothing(Object... arguments) {}
    Iterator iterator() { [].iterator() }
    int compareTo(other) { 0 }
    boolean asBoolean() { true }
    String toString() { 'nothing' }
    def call(Object... arguments) { Build.run(arguments); this }
    def methodMissing(String name, arguments) { Build.run(arguments as Object[]); this }
    def propertyMissing(String name) { this }
    void propertyMissing(String name, value) {}
    def plus(other) { this }
    def getAt(other) { this }
    void putAt(key, value) {}
    def leftShift(other) { this }
}

class Reference extends Nothing {
    String path
    Reference(Map facts = [:]) { path = facts.path }
    boolean equals(other) { other.is(this) }
    def methodMissing(String name, arguments) { Build.run(arguments as Object[]); this }
    def propertyMissing(String name) { name == 'path' ? path : this }
}

class Build {
    static Map<String, File> projects = [:]
    static List<String> current = []
    static int inDependencies = 0
    static final NOTHING = new Nothing()

    /** Calls the closures among the arguments, for the project that is being configured. */
    static run(Object[] arguments) {
        arguments.findAll { it instanceof Closure }.each { Build.evaluate(it) }
    }

    static evaluate(Closure closure) {
        closure.resolveStrategy = Closure.DELEGATE_FIRST
        closure.delegate = new Scope()
        def count = closure.maximumNumberOfParameters
        try {
            count > 1 ? closure.call(*([NOTHING] * count)) : closure.call(closure.delegate)
        } catch (Exception error) {
            def frame = error.stackTrace.find { it.fileName?.endsWith('.gradle') }
            System.err.println("${current.last()}: ${error.class.simpleName} ${error.message?.readLines()?.take(3)} at ${frame}")
        }
    }

    static within(Collection<String> paths, Closure closure) {
        paths.each { current << it; Build.evaluate(closure.clone()); current.remove(current.size() - 1) }
    }

    static String absolute(String path) {
        path.startsWith(':') ? path : (current.last() == ':' ? ':' : current.last() + ':') + path
    }

    /** A path as accessors spell it. */
    static String plain(String path) { path.replaceAll(/[-_.]/, '').toLowerCase() }

    static find(List<String> names) { projects.keySet().find { plain(it) == ':' + plain(names.join(':')) } }

    static dispatch(String name, Object[] arguments) {
        def closure = arguments ? arguments.last() : null
        if (!(closure instanceof Closure)) closure = null
        if (name == 'project' && arguments && (arguments[0] instanceof CharSequence || arguments[0] instanceof Map)) {
            def path = arguments[0] instanceof Map ? arguments[0].path : arguments[0]
            path = absolute(path.toString())
            if (closure && !inDependencies) within([path], closure)
            return new Reference(path: path)
        }
        if (name in ['allprojects', 'subprojects'] && closure) {
            def own = current.last()
            def below = projects.keySet().findAll { own == ':' || it.startsWith(own + ':') || it == own }
            within(name == 'allprojects' ? below : below - own, closure)
            return NOTHING
        }
        if (name == 'configure' && closure && arguments.size() == 2 && arguments[0] instanceof Collection) {
            within(arguments[0].findAll { it instanceof Reference }*.path, closure)
            return NOTHING
        }
        if (name == 'buildscript') return NOTHING
        if (name == 'dependencies' && closure) {
            inDependencies++
            evaluate(closure)
            inDependencies--
            return NOTHING
        }
        if (inDependencies) {
            arguments.flatten().findAll { it instanceof Reference && it.path }.each { println "${current.last()}\t${name}\t${it.path}" }
            // `implementation(platform(project(':x')))`: what wraps a project is the project.
            def wrapped = arguments.find { it instanceof Reference }
            if (wrapped) return wrapped
        }
        run(arguments)
        NOTHING
    }

    static property(String name) {
        switch (name) {
            case 'project': return new Scope()
            case 'projects': return new Accessor(names: [])
            case 'rootProject': return new Reference(path: ':')
            case ['subprojects', 'allprojects']: return projects.keySet().findAll { it != ':' || name == 'allprojects' }.collect { new Reference(path: it) }
            case 'path': return current.last()
            case 'name': return current.last().tokenize(':') ? current.last().tokenize(':').last() : 'root'
            default: return NOTHING
        }
    }
}

/** What Gradle generates for `projects.some.name`: a project, and the way to those below it. */
class Accessor extends Reference {
    List<String> names
    Accessor(Map facts = [:]) { names = facts.names; path = facts.path }
    def propertyMissing(String name) {
        def found = Build.find(names + name)
        def isWay = Build.projects.keySet().any { Build.plain(it).startsWith(':' + Build.plain((names + name).join(':')) + ':') }
        found || isWay ? new Accessor(names: names + name, path: found) : this
    }
}

class Scope extends Nothing {
    def methodMissing(String name, arguments) { Build.dispatch(name, arguments as Object[]) }
    def propertyMissing(String name) { Build.property(name) }
    boolean hasProperty(String name) { false }
}

abstract class BuildScript extends Script {
    def methodMissing(String name, arguments) { Build.dispatch(name, arguments as Object[]) }
    def propertyMissing(String name) { Build.property(name) }
    void setProperty(String name, Object value) { if (name != 'binding') getBinding().setVariable(name, value) else super.setProperty(name, value) }
    Object getProperty(String name) { getBinding().hasVariable(name) ? getBinding().getVariable(name) : Build.property(name) }
}

def root = new File(args[0])
new File(args[1]).eachLine { line ->
    def (path, directory) = line.split('\t', -1)
    Build.projects[path] = new File(root, directory)
}
def configuration = new CompilerConfiguration(scriptBaseClass: 'BuildScript')
Build.projects.each { path, directory ->
    def file = new File(directory, 'build.gradle')
    if (!file.file) file = new File(directory, directory.name + '.gradle')
    if (!file.file) return
    Build.current = [path]
    // Classes of Gradle and of plugins are names like others, and lambdas and `var` are newer than this Groovy may be.
    def text = file.text.replaceAll(/(?m)^import\s+(?!java).*$/, '').replaceAll(/\{\s*[A-Z]\w*\s+(\w+)\s*->/, '{ $1 ->')
        .replaceAll(/\bvar\s+(\w+)\s*=/, 'def $1 =').replaceAll(/\((\w+)\s*->(.*)\)(?m)$/, '({ $1 ->$2 })')
    for (int attempt = 0; attempt < 50; attempt++) {
        try {
            new GroovyShell(this.class.classLoader, new Binding(), configuration).evaluate(text, "${path.replace(':', '_')}.gradle")
        } catch (MultipleCompilationErrorsException error) {
            def unknown = (error.message =~ /unable to resolve class ([\w.]+)/).collect { it[1] }
            if (!unknown) throw error
            unknown.each { name ->
                def stand = name.endsWith('Exception') ? 'RuntimeException' : 'Nothing'
                text = text.replaceAll(/\b${java.util.regex.Pattern.quote(name)}\b/, stand)
            }
            continue
        } catch (Exception error) {
            def frame = error.stackTrace.find { it.fileName?.endsWith('.gradle') }
            System.err.println("${path}: ${error.class.simpleName} ${error.message?.readLines()?.take(3)} at ${frame}")
        }
        break
    }
}
