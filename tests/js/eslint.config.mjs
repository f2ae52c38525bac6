/** Rules for all JavaScript of testimony/, run by `.ci/lint-js` from the root of the repository (docs/decisions/script-lint.md). */

import importX from "eslint-plugin-import-x";

export default [
  { ignores: ["**/vendor/", "testimony/web/templates/"] },
  {
    files: ["testimony/**/*.js"],
    linterOptions: { reportUnusedDisableDirectives: "error" },
    languageOptions: { ecmaVersion: "latest", sourceType: "module" },
    plugins: { "import-x": importX },
    rules: {
      "import-x/no-cycle": "error",
      "import-x/no-self-import": "error",
      "import-x/no-duplicates": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true }],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-var": "error",
      "prefer-const": ["error", { destructuring: "all" }],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-unreachable": "error",
      "no-dupe-keys": "error",
      "no-dupe-class-members": "error",
      "no-self-assign": "error",
      "no-empty": "error",
      "no-fallthrough": "error",
      "no-unsafe-finally": "error",
    },
  },
];
