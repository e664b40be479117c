import js from "@eslint/js";
import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import tseslint from "typescript-eslint";

/** Import directions: what each part may import besides itself and packages. Every part is listed; a sub-folder may have its own. */
const reach = {
    "index.ts": ["config.ts", "components", "toolkit"],
    "config.ts": ["config", "components"],
    config: ["components", "access/assertions", "toolkit"],
    components: ["toolkit"],
    policy: [],
    access: ["policy/iam", "toolkit"],
    assertions: ["access"],
    drift: ["access", "bootstrap", "toolkit"],
    doctor: ["access", "drift", "toolkit"],
    adopt: ["access", "components", "config", "doctor", "drift", "toolkit"],
    bootstrap: ["toolkit"],
    deployer: ["toolkit"],
    sandbox: ["policy/iam", "bootstrap", "deployer", "toolkit"],
    toolkit: [],
    // The commands that work on AWS; those that work in the sandbox only.
    cli: ["access", "adopt", "bootstrap", "components", "config", "doctor", "drift", "policy/iam", "toolkit"],
    "cli/sandbox": [
        "access",
        "bootstrap",
        "components",
        "config",
        "config.ts",
        "deployer",
        "doctor",
        "drift",
        "sandbox",
        "toolkit",
    ],
    examples: [],
    // They measure, describe and test all of these.
    bench: ["."],
    docs: ["."],
    test: ["."],
};

/**
 * The order of the folders in a part, lowest level first: a folder may import what is on a lower level, not its own level's
 * other folders. A dot stands for the files beside the folders.
 */
const levels = {
    access: "resources chain | postgres consequences | catalog databases | network | kubernetes | iam live | model coverage | openings | matrix | compare shards | assertions | render | .",
    cli: "command | access exporting | fleet sessions migration | sandbox | .",
    components:
        ". tags | identity | alarms cluster database kubernetes network security | people tenancy | platform | access",
    deployer: "calls | .",
    doctor: ". | checks read",
    policy: "iam | resources | passwords | rules | .",
    sandbox: "engine postgres | attempts backend cloud | identity | gateway proof providers | run | . | inProcess jobs",
    "sandbox/providers": "protocol | aws eks kubernetes postgresql | mysql",
    "sandbox/providers/aws":
        "declaring | cloudtrail ecs iam scheduler ssm | cloudwatch ec2 kms s3 secretsmanager sns ssoadmin | eks lambda rds vpc | functions | .",
    "sandbox/providers/kubernetes": "validation | admission kinds | shapes | .",
    toolkit: ". | system",
};

/** The longest of these folders that a path is in; the path itself may be one. */
function folderOf(path, folders) {
    return folders.filter((folder) => isWithin(path, folder)).sort((a, b) => b.length - a.length)[0];
}

function isWithin(path, folder) {
    return folder === "." || path === folder || `${path}.ts` === folder || path.startsWith(`${folder}/`);
}

/** Why one file may not import another; undefined if it may. */
export function forbidden(file, target) {
    const part = folderOf(file, Object.keys(reach));
    if (part === undefined) {
        return `${file} is in no part that eslint.config.mjs lists; add it to reach`;
    }
    const [root] = part.split("/");
    if (![root, ...reach[part]].some((folder) => isWithin(target, folder))) {
        return `${part} may not import ${target}: it may reach ${["itself", ...reach[part]].join(", ")} and packages`;
    }
    for (const [parent, order] of Object.entries(levels)) {
        if (isWithin(file, parent) && isWithin(target, parent)) {
            const [from, to] = [file, target].map((path) => entryOf(path.slice(parent.length + 1)));
            const [upper, lower] = [from, to].map((entry) => levelOf(entry, order));
            if (upper < 0 || (lower < 0 && to !== ".")) {
                return `${parent}/${upper < 0 ? from : to} is not listed in eslint.config.mjs; add it to levels`;
            }
            if (from !== to && lower >= upper) {
                return `${parent}: ${from} may not import ${to}; the order is ${order}`;
            }
        }
    }
    return undefined;
}

function entryOf(path) {
    return path.includes("/") ? path.slice(0, path.indexOf("/")) : ".";
}

function levelOf(entry, order) {
    return order.split(" | ").findIndex((level) => level.split(" ").includes(entry));
}

/** Holds the parts to {@link reach} and {@link levels}: docs/architecture.md explains why. */
const importDirections = {
    create(context) {
        const pathOf = (path) => relative(import.meta.dirname, path);
        const check = ({ source }) => {
            if (source?.value?.startsWith?.(".")) {
                const named = resolve(dirname(context.filename), source.value);
                const target = pathOf(
                    existsSync(join(named, "index.ts")) && !existsSync(`${named}.ts`) ? join(named, "index") : named,
                );
                const message = forbidden(pathOf(context.filename), target);
                if (message !== undefined) {
                    context.report({ node: source, message });
                }
            }
        };
        return {
            ImportDeclaration: check,
            ImportExpression: check,
            ExportNamedDeclaration: check,
            ExportAllDeclaration: check,
        };
    },
};

/** Modules that offer another way to what the rule below restricts to one file. */
const TERMINAL_MODULES = /^(node:)?(process|console|tty)$/;

/**
 * Restricts the terminal to toolkit/terminal.ts, which shows names from catalogs, previews and files only after every character in
 * them can be seen: no `console`, no `process.stdout` or `process.stderr`, no file descriptor 1 or 2, under whatever name, and no child
 * process that inherits them.
 */
export const oneTerminal = {
    create(context) {
        const report = (node, what) =>
            context.report({
                node,
                message: `${what} writes past toolkit/terminal.ts; use its print, printJson or tell`,
            });
        const nameOf = ({ computed, property }) => (computed ? property.value : property.name);
        const judge = (node, parent) => {
            if (node.name === "console" || (parent.type !== "MemberExpression" && parent.type !== "UnaryExpression")) {
                report(node, node.name === "console" ? node.name : `${node.name} used as a value`);
            } else if (
                parent.type === "MemberExpression" &&
                (nameOf(parent) === undefined || /^(stdout|stderr|console|process)$/.test(nameOf(parent)))
            ) {
                report(node, `${node.name}.${nameOf(parent) ?? "[…]"}`);
            }
        };
        return {
            "Program:exit"() {
                const { globalScope } = context.sourceCode.scopeManager;
                const references = [
                    ...globalScope.through,
                    ...globalScope.variables.flatMap(({ references }) => references),
                ];
                for (const { identifier } of references) {
                    if (/^(console|process|globalThis|global)$/.test(identifier.name)) {
                        judge(identifier, identifier.parent);
                    }
                }
            },
            ImportDeclaration({ source }) {
                if (TERMINAL_MODULES.test(source.value)) {
                    report(source, `the module ${source.value}`);
                }
            },
            CallExpression({ callee, arguments: [first] }) {
                if (
                    (callee.property ?? callee).name === "writeSync" ||
                    ((callee.property ?? callee).name === "writeFileSync" && typeof first?.value === "number")
                ) {
                    report(callee, "a write to a file descriptor");
                }
            },
            Literal(node) {
                if (/^\/dev\/(stdout|stderr|tty|fd)/.test(node.value)) {
                    report(node, node.value);
                }
            },
            "Property[key.name='stdio'] Literal[value='inherit']"(node) {
                report(node, "a child process that inherits the terminal");
            },
        };
    },
};

/** Packages that send a statement to a database. */
const DATABASE_CLIENTS = /^(pg|pg-[\w-]+|postgres|mysql2?|@aws-sdk\/client-rds-data)(\/|$)/;

/**
 * Restricts database clients to toolkit/session.ts, whose sessions accept only what toolkit/sql.ts has built, and
 * SQL files to what runs the user's own.
 */
export const builtSql = {
    create(context) {
        const check = (node, source) => {
            if (DATABASE_CLIENTS.test(source?.value ?? "")) {
                context.report({
                    node,
                    message: `${source.value} takes statements as text; use a session of toolkit/session.ts, and build them by toolkit/sql.ts`,
                });
            }
        };
        return {
            ImportDeclaration: (node) => check(node, node.source),
            ExportNamedDeclaration: (node) => check(node, node.source),
            ExportAllDeclaration: (node) => check(node, node.source),
            ImportExpression: (node) => check(node, node.source),
            TSImportType: (node) => check(node, node.source ?? node.argument?.literal),
            TSExternalModuleReference: (node) => check(node, node.expression),
            "CallExpression[callee.name='require']": (node) => check(node, node.arguments[0]),
            "MemberExpression[property.name='runFile']"(node) {
                context.report({
                    node,
                    message: "runFile is for the user's own SQL; build statements by toolkit/sql.ts",
                });
            },
        };
    },
};

export default tseslint.config(
    { ignores: ["node_modules/", ".keyless/", "**/node_modules/"] },
    js.configs.recommended,
    ...tseslint.configs.recommendedTypeChecked,
    {
        plugins: {
            keyless: {
                rules: { "import-directions": importDirections, "one-terminal": oneTerminal, "built-sql": builtSql },
            },
        },
        rules: { "keyless/one-terminal": "error", "keyless/built-sql": "error" },
    },
    {
        // Code that runs before TypeScript can, or without this project: its texts are its own, and its output is for programs.
        files: [
            "toolkit/terminal.ts",
            "cli/keyless.mjs",
            "cli/setup.mjs",
            "cli/test.mjs",
            "sandbox/identity/signToken.cjs",
            "examples/**",
            "test/**",
        ],
        rules: { "keyless/one-terminal": "off" },
    },
    {
        // The sessions themselves, MySQL's included, the user's migrations and what an existing database has, and code that writes its own statements.
        files: [
            "toolkit/session.ts",
            "cli/mysqlSession.ts",
            "cli/sandbox/migrate.ts",
            "docs/changes/deploy.ts",
            "sandbox/postgres/existingContent.ts",
            "bench/gateway.ts",
            "examples/**",
            "test/**",
        ],
        rules: { "keyless/built-sql": "off" },
    },
    {
        files: ["**/*.ts"],
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
        rules: {
            "keyless/import-directions": "error",
            "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
            "@typescript-eslint/no-explicit-any": "error",
            "@typescript-eslint/no-non-null-assertion": "error",
            "@typescript-eslint/ban-ts-comment": [
                "error",
                { "ts-expect-error": true, "ts-ignore": true, "ts-nocheck": true },
            ],
            "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
            "@typescript-eslint/require-await": "off",
            "@typescript-eslint/restrict-template-expressions": "off",
        },
    },
    {
        files: ["components/**/*.ts", "index.ts"],
        rules: {
            "no-restricted-syntax": [
                "error",
                {
                    selector:
                        "CallExpression[callee.property.name=/^(debug|info|warn|error)$/][callee.object.property.name='log'][arguments.length>1]",
                    // The SDK sends messages in order: https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/nodejs/log/index.ts
                    message:
                        "write the message without a resource: in a refused run the resource is never registered, and its message holds back all later ones, the reason of the refusal among them",
                },
            ],
        },
    },
    {
        // Tables of cases and of names have as many lines as rows.
        files: ["test/**/*.ts", "access/coverage/harmless.ts"],
        rules: { "max-lines": ["error", { max: 600, skipBlankLines: true, skipComments: true }] },
    },
    {
        files: ["**/*.mjs"],
        ...tseslint.configs.disableTypeChecked,
        languageOptions: { globals: { process: "readonly", console: "readonly" } },
    },
    {
        files: ["**/*.cjs"],
        ...tseslint.configs.disableTypeChecked,
        languageOptions: {
            sourceType: "commonjs",
            globals: { require: "readonly", module: "writable", process: "readonly" },
        },
        rules: { ...tseslint.configs.disableTypeChecked.rules, "@typescript-eslint/no-require-imports": "off" },
    },
);
