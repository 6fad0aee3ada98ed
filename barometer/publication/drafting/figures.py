def figure_sentence(name, number, language):
    return ""
