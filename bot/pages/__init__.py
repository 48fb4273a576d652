"""The pages people see: chat, desk and studio, in Gradio. Knows no search and no storage of its own."""
