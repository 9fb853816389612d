"""`python -m config` is `hotline`."""

from config.cli import main

if __name__ == "__main__":
    main()
