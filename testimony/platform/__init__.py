"""What differs between Linux, macOS and Windows. Nothing above this package asks which system it runs on."""
