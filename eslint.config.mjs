import js from "@eslint/js";
import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** Which way imports may point: docs/architecture.md tells why. `except` lists what a folder may reach besides itself. */
const zone = (target, from, except, message) => ({ target, from, except, message });
const zones = [
    zone("./components", ".", ["./components", "./node_modules"], "components know nothing of the rest of the house"),
    zone("./policy", ".", ["./policy", "./node_modules"], "the pack is published alone"),
    zone("./access", ".", ["./access", "./policy/iam", "./node_modules"], "the proof must not share the builder that it checks"),
    zone("./bootstrap", ".", ["./bootstrap", "./node_modules"], "the bootstrap stands alone"),
    zone(
        "./sandbox",
        ".",
        ["./sandbox", "./policy/iam", "./bootstrap", "./node_modules"],
        "the sandbox runs index.ts unchanged and knows nothing of components",
    ),
    zone("./{index,config}.ts", "./{sandbox,cli,policy,access,bootstrap}", [], "the program does not know that a sandbox exists"),
];

export default tseslint.config(
    { ignores: ["node_modules/", ".keyless/", "**/node_modules/"] },
    js.configs.recommended,
    ...tseslint.configs.recommendedTypeChecked,
    {
        files: ["**/*.ts"],
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
        plugins: { "import-x": importX },
        rules: {
            "import-x/no-restricted-paths": ["error", { zones }],
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
        languageOptions: { sourceType: "commonjs", globals: { require: "readonly", module: "writable" } },
        rules: { ...tseslint.configs.disableTypeChecked.rules, "@typescript-eslint/no-require-imports": "off" },
    },
);
