"""The SFTP drop: a folder that exists nowhere. What is put there is sealed as it comes, and nothing is given back."""
