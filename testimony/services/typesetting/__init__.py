"""Setting a document as a PDF with Typst, in a child process that can reach nothing else."""
