import js from "@eslint/js";
import { dirname, relative, resolve } from "node:path";
import tseslint from "typescript-eslint";

/** Which way imports may point: what each part may reach besides itself and packages. A part not named may reach all. */
const reach = {
    "index.ts": ["config.ts", "components"],
    "config.ts": ["config", "components"],
    config: ["components", "access/assertions"],
    components: ["toolkit"],
    policy: [],
    access: ["policy/iam", "toolkit"],
    assertions: ["access"],
    audit: ["access", "bootstrap", "toolkit"],
    bootstrap: ["toolkit"],
    sandbox: ["policy/iam", "bootstrap", "toolkit"],
    toolkit: [],
};

/** Holds the parts to {@link reach}: docs/architecture.md tells why they may not know each other. */
const importDirections = {
    create(context) {
        const file = relative(import.meta.dirname, context.filename);
        const part = file.split("/")[0];
        const check = ({ source }) => {
            if (!reach[part] || !source?.value.startsWith(".")) {
                return;
            }
            const target = relative(import.meta.dirname, resolve(dirname(context.filename), source.value));
            const within = (folder) => target === folder || `${target}.ts` === folder || target.startsWith(`${folder}/`);
            if (![part, ...reach[part]].some(within)) {
                const allowed = ["itself", ...reach[part]].join(", ");
                context.report({ node: source, message: `${part} may not import ${target}: it may reach ${allowed} and packages` });
            }
        };
        return { ImportDeclaration: check, ImportExpression: check, ExportNamedDeclaration: check, ExportAllDeclaration: check };
    },
};

export default tseslint.config(
    { ignores: ["node_modules/", ".keyless/", "**/node_modules/"] },
    js.configs.recommended,
    ...tseslint.configs.recommendedTypeChecked,
    {
        files: ["**/*.ts"],
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
        plugins: { keyless: { rules: { "import-directions": importDirections } } },
        rules: {
            "keyless/import-directions": "error",
            "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
            "@typescript-eslint/no-explicit-any": "error",
            "@typescript-eslint/no-non-null-assertion": "error",
            "@typescript-eslint/ban-ts-comment": ["error", { "ts-expect-error": true, "ts-ignore": true, "ts-nocheck": true }],
            "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
            "@typescript-eslint/require-await": "off",
            "@typescript-eslint/restrict-template-expressions": "off",
        },
    },
    { files: ["**/*.mjs"], ...tseslint.configs.disableTypeChecked, languageOptions: { globals: { process: "readonly", console: "readonly" } } },
    {
        files: ["**/*.cjs"],
        ...tseslint.configs.disableTypeChecked,
        languageOptions: { sourceType: "commonjs", globals: { require: "readonly", module: "writable", process: "readonly" } },
        rules: { ...tseslint.configs.disableTypeChecked.rules, "@typescript-eslint/no-require-imports": "off" },
    },
);
