"""Set a document as a PDF with Typst, in a sandboxed child process."""
